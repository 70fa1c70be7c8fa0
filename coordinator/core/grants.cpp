#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/limits.h"
#include "coordinator/core/health.h"
#include "coordinator/core/learning.h"
#include "coordinator/core/notify.h"
#include "coordinator/core/reuse.h"
#include "coordinator/core/scores.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

// The grant leaves the books of its worker and its project; the campaign's are the caller's.
void leave_books(FarmState& farm, const Campaign& campaign, const Grant& grant) {
  const bool was_full = farm.usage.full(campaign.row.project);
  farm.usage.end(campaign.row.project, grant.charged);
  if (was_full) farm.market.stir();
  farm.touch(campaign.row.id);
  Worker* worker = farm.find(grant.row.worker);
  if (!worker) return;
  worker->leave(grant.row.campaign, grant.row.rank, grant.state);
  farm.refresh(*worker);
}

// Ends the cell's grants, the newest and the elder one, in all books but the campaign's own; their workers are told,
// but for the one of this ticket.
void end_grants(Step& step, Campaign& campaign, Rank rank, const std::string& reason, const Ticket* spared = nullptr) {
  for (std::map<Rank, Grant>* map : {&campaign.grants, &campaign.elders}) {
    const auto held = map->find(rank);
    if (held == map->end()) continue;
    leave_books(step.farm, campaign, held->second);
    const Ticket ticket = ticket_of(held->second.row);
    if (!spared || ticket != *spared) step.revoke(held->second.row.worker, ticket, reason);
  }
  campaign.elders.erase(rank);
}

// The same of all its grants.
void end_all_grants(Step& step, Campaign& campaign, const std::string& reason) {
  std::set<Rank> ranks;
  for (const std::map<Rank, Grant>* map : {&campaign.grants, &campaign.elders}) {
    for (const auto& [rank, held] : *map) ranks.insert(rank);
  }
  for (const Rank rank : ranks) end_grants(step, campaign, rank, reason);
}

void give_back(Step& step, Campaign& campaign, Rank rank, std::uint32_t failures, const Return& why) {
  const LeaseGrant grant = campaign.grants.at(rank).row;
  leave_books(step.farm, campaign, campaign.grants.at(rank));
  Tried entry;
  entry.row = {grant.attempt, failures, why.wait.count() > 0 ? step.wall + why.wait.count() : 0, why.reason};
  entry.due = step.now + why.wait;
  entry.avoid = why.avoid;
  entry.lost_with = why.lost_with;
  step.out.edits.push_back(JobReturned{campaign.row.id, rank, grant.index, entry.row.attempt, entry.row.failures,
                                       entry.row.not_before, entry.row.reason});
  if (entry.due > step.now) {
    step.farm.wakes.emplace(entry.due, campaign.row.id);
  } else {
    step.farm.stir(campaign.row.id);
  }
  campaign.give_back(rank, std::move(entry));
}

std::uint32_t failures_of(const Campaign& campaign, Rank rank) {
  const auto entry = campaign.tried.find(rank);
  return entry == campaign.tried.end() ? 0 : entry->second.row.failures;
}

// What the campaign's select compares.
std::optional<double> score_of(const Campaign& campaign, const JobResult& result) {
  if (!campaign.manifest.select() || result.outcome != Outcome::kDone) return std::nullopt;
  return score_in(result.metadata_json, campaign.manifest.select()->by);
}

void log_end(Step& step, const Campaign& campaign) {
  const nlohmann::json detail = {{"state", name(campaign.row.state)},    {"reason", campaign.row.state_reason},
                                 {"done", campaign.done.size()},         {"failed", campaign.failed.size()},
                                 {"rejected", campaign.rejected.size()}, {"cancelled", campaign.cancelled_cells},
                                 {"reused", campaign.reused.size()}};
  step.log("finished", campaign.label(), "", detail.dump());
}

void count_stages(FarmState& farm, const JobResult& result) {
  for (const StageTiming& timing : result.timings) {
    if (!is_stage(timing)) continue;
    auto known = farm.stages.find(timing.stage);
    if (known == farm.stages.end()) {
      if (farm.stages.size() == limits::kMaxStageNames) continue;
      known = farm.stages.emplace(timing.stage, StageCount{}).first;
    }
    ++(timing.reused ? known->second.reused : known->second.runs);
    if (!timing.reused) known->second.seconds += timing.seconds;
  }
}

}  // namespace

void flush_revokes(Step& step) {
  for (auto& [id, reasons] : step.revoked) {
    const Worker* worker = step.farm.find(id);
    if (!worker || !worker->live()) continue;  // it will be told when it says what it holds
    for (auto& [reason, tickets] : reasons) step.send(*worker, Revoke{std::move(tickets), reason});
  }
  step.revoked.clear();
}

void take_back(Step& step, Campaign& campaign, Rank rank, const Return& why) {
  give_back(step, campaign, rank, failures_of(campaign, rank), why);
}

void take_back_all(Step& step, Worker& worker, const Return& why) {
  const auto grants = worker.grants;
  for (const auto& [id, rank] : grants) end_grant_of(step, step.farm.campaigns.at(id), rank, worker.id, why);
}

void end_grant_of(Step& step, Campaign& campaign, Rank rank, const WorkerId& worker, const Return& why) {
  const auto elder = campaign.elders.find(rank);
  if (elder == campaign.elders.end() || elder->second.row.worker != worker) return take_back(step, campaign, rank, why);
  leave_books(step.farm, campaign, elder->second);
  campaign.elders.erase(elder);
}

void fail_or_retry(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker) {
  const std::uint32_t failures = failures_of(campaign, rank) + 1;
  const bool runs_elsewhere = campaign.elders.contains(rank);
  if (!runs_elsewhere && failures > static_cast<std::uint32_t>(std::max(0, campaign.manifest.limits().retries))) {
    commit(step, campaign, rank, result, worker);
    return;
  }
  Return why;
  why.reason = result.reason;
  why.wait = backoff(step.farm.options.retry, static_cast<int>(failures), step.farm.random);
  why.avoid = worker;
  give_back(step, campaign, rank, failures, why);
}

void commit(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker) {
  end_grants(step, campaign, rank, "another attempt came first", &result.ticket);
  forget_deaths(step, campaign, rank);
  step.farm.touch(campaign.row.id);
  const std::optional<double> score = score_of(campaign, result);
  step.out.edits.push_back(ResultCommitted{rank, result, worker, step.wall, score});
  campaign.commit(rank, result.outcome, score);
  count_stages(step.farm, result);
  if (result.outcome == Outcome::kFailed) {
    step.warn(campaign.label() + " " + campaign.describe(result.ticket.index) + " failed: " + result.reason);
    log_failure(step, "failed", campaign, worker, result);
  } else {
    note_pack(step, campaign, worker);
  }
  learn_from_commit(step, campaign, rank, result, worker);
  finish_if_over(step, campaign);
}

void cancel_cells(Step& step, Campaign& campaign, const IntervalSet& ranks, std::uint64_t cells) {
  std::set<Rank> granted;
  for (const std::map<Rank, Grant>* map : {&campaign.grants, &campaign.elders}) {
    for (const auto& [rank, held] : *map) {
      if (ranks.contains(rank)) granted.insert(rank);
    }
  }
  for (const Rank rank : granted) end_grants(step, campaign, rank, "cancelled by command");
  step.out.edits.push_back(CellsCancelled{campaign.row.id, ranks});
  campaign.cancel(ranks, cells);
}

void end_campaign(Step& step, Campaign& campaign, CampaignState state, const std::string& reason) {
  end_all_grants(step, campaign, reason);
  const IntervalSet ranks = campaign.cancel_rest();
  if (!ranks.empty()) step.out.edits.push_back(CellsCancelled{campaign.row.id, ranks});
  step.farm.set_state(campaign, state);
  campaign.row.state_reason = reason;
  campaign.row.finished = step.wall;
  step.save(campaign);
  step.info("campaign " + campaign.label() + " " + std::string(name(state)) + ": " + reason);
  log_end(step, campaign);
  owe_notice(step, campaign);
}

void finish_if_over(Step& step, Campaign& campaign) {
  if (is_terminal(campaign.row.state) || campaign.waiting() > 0 || !campaign.grants.empty()) return;
  step.farm.set_state(campaign, CampaignState::kFinished);
  campaign.row.state_reason.clear();
  campaign.row.finished = step.wall;
  step.save(campaign);
  step.info("campaign " + campaign.label() + " finished: " + std::to_string(campaign.done.size()) + " done, " +
            std::to_string(campaign.failed.size()) + " failed, " + std::to_string(campaign.rejected.size()) +
            " rejected, " + std::to_string(campaign.cancelled_cells) + " cancelled");
  log_end(step, campaign);
  owe_notice(step, campaign);
}

}  // namespace troupe::core
