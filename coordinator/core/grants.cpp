#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "coordinator/core/scores.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

// The grant leaves its worker's books; the campaign's are the caller's.
void leave_worker(FarmState& farm, const Grant& grant) {
  Worker* worker = farm.find(grant.row.worker);
  if (!worker) return;
  worker->leave(grant.row.campaign, grant.row.rank, grant.state);
  farm.refresh(*worker);
}

void give_back(Step& step, Campaign& campaign, Rank rank, std::uint32_t failures, const Return& why) {
  const LeaseGrant grant = campaign.grants.at(rank).row;
  leave_worker(step.farm, campaign.grants.at(rank));
  Tried entry;
  entry.row = {grant.attempt, failures, why.wait.count() > 0 ? step.wall + why.wait.count() : 0, why.reason};
  entry.due = step.now + why.wait;
  entry.avoid = why.avoid;
  entry.lost_with = why.lost_with;
  step.out.edits.push_back(JobReturned{campaign.row.id, rank, grant.index, entry.row.attempt, entry.row.failures,
                                       entry.row.not_before, entry.row.reason});
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
  for (const auto& [id, rank] : grants) take_back(step, step.farm.campaigns.at(id), rank, why);
}

void fail_or_retry(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker) {
  const std::uint32_t failures = failures_of(campaign, rank) + 1;
  if (failures > static_cast<std::uint32_t>(std::max(0, campaign.manifest.limits().retries))) {
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
  if (const auto held = campaign.grants.find(rank); held != campaign.grants.end()) {
    const LeaseGrant& grant = held->second.row;
    leave_worker(step.farm, held->second);
    const bool own = grant.worker == worker && grant.attempt == result.ticket.attempt;
    if (!own) step.revoke(grant.worker, ticket_of(grant), "another attempt came first");
  }
  const std::optional<double> score = score_of(campaign, result);
  step.out.edits.push_back(ResultCommitted{rank, result, worker, step.wall, score});
  campaign.commit(rank, result.outcome, score);
  count_stages(step.farm, result);
  if (result.outcome == Outcome::kFailed) {
    step.warn(campaign.label() + " " + campaign.describe(result.ticket.index) + " failed: " + result.reason);
  } else if (result.seconds > 0) {
    campaign.job_seconds += result.seconds;
    ++campaign.jobs_timed;
  }
  finish_if_over(step, campaign);
}

void end_campaign(Step& step, Campaign& campaign, CampaignState state, const std::string& reason) {
  for (const auto& [rank, held] : campaign.grants) {
    leave_worker(step.farm, held);
    step.revoke(held.row.worker, ticket_of(held.row), reason);
  }
  const IntervalSet ranks = campaign.cancel_rest();
  if (!ranks.empty()) step.out.edits.push_back(CellsCancelled{campaign.row.id, ranks});
  step.farm.set_state(campaign, state);
  campaign.row.state_reason = reason;
  campaign.row.finished = step.wall;
  step.save(campaign);
  step.info("campaign " + campaign.label() + " " + std::string(name(state)) + ": " + reason);
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
}

}  // namespace troupe::core
