#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/manifest/slice.h"
#include "coordinator/core/step.h"
#include "coordinator/core/views.h"

namespace troupe::core {
namespace {

// What a verb did: `changed` is false when there was nothing to do, `cells` counts those that it moved.
std::string verb_json(const Campaign& campaign, bool changed, std::uint64_t cells) {
  return nlohmann::json{{"schema", 1},
                        {"campaign", campaign.label()},
                        {"state", name(campaign.row.state)},
                        {"changed", changed},
                        {"cells", cells}}
      .dump();
}

bool pause(Step& step, Campaign& campaign) {
  if (campaign.row.state != CampaignState::kActive) return false;
  step.farm.set_state(campaign, CampaignState::kPaused);
  campaign.row.state_reason = "paused by command";
  step.save(campaign);
  return true;
}

bool resume(Step& step, Campaign& campaign) {
  if (campaign.row.state != CampaignState::kPaused) return false;
  step.farm.set_state(campaign, CampaignState::kActive);
  campaign.row.state_reason.clear();
  step.save(campaign);
  return true;
}

struct Chosen {
  IntervalSet ranks;
  std::uint64_t cells = 0;            // excluded positions not counted
  std::uint64_t cancelled_cells = 0;  // of those
};

std::vector<std::pair<JobState, const IntervalSet*>> terminal_sets(const Campaign& campaign,
                                                                   const std::set<JobState>& states) {
  std::vector<std::pair<JobState, const IntervalSet*>> sets = {{JobState::kDone, &campaign.done},
                                                               {JobState::kFailed, &campaign.failed},
                                                               {JobState::kRejected, &campaign.rejected},
                                                               {JobState::kCancelled, &campaign.cancelled}};
  std::erase_if(sets, [&](const auto& set) { return !states.contains(set.first); });
  return sets;
}

void choose_all(const Campaign& campaign, JobState state, const IntervalSet& set, Chosen& chosen) {
  chosen.ranks.insert(set);
  const std::uint64_t cells = state == JobState::kCancelled ? campaign.cancelled_cells : set.size();
  chosen.cells += cells;
  if (state == JobState::kCancelled) chosen.cancelled_cells += cells;
}

void choose_one(const Campaign& campaign, JobState state, Rank rank, Chosen& chosen) {
  if (campaign.sweep().excluded(campaign.sweep().index_at(rank))) return;
  chosen.ranks.insert(rank);
  ++chosen.cells;
  if (state == JobState::kCancelled) ++chosen.cancelled_cells;
}

// Walks whichever is shorter, the slice or the set.
void choose_slice(const Campaign& campaign, JobState state, const IntervalSet& set, const manifest::Slice& slice,
                  Chosen& chosen) {
  if (slice.positions() < set.size()) {
    for (std::uint64_t k = 0; k < slice.positions(); ++k) {
      const Rank rank = campaign.sweep().rank_of(slice.at(k));
      if (set.contains(rank)) choose_one(campaign, state, rank, chosen);
    }
    return;
  }
  for (const auto& [first, last] : set.intervals()) {
    for (Rank rank = first; rank < last; ++rank) {
      if (slice.matches(campaign.sweep().index_at(rank))) choose_one(campaign, state, rank, chosen);
    }
  }
}

Result<std::uint64_t> requeue(Step& step, Campaign& campaign, const CampaignCommand& event) {
  const auto running =
      std::find_if_not(event.states.begin(), event.states.end(), [](JobState state) { return is_terminal(state); });
  if (running != event.states.end()) {
    return Status(Code::kInvalid, "jobs that are " + std::string(name(*running)) +
                                      " cannot be requeued: choose among done, failed, rejected, cancelled");
  }
  TROUPE_ASSIGN_OR_RETURN(const manifest::Slice slice, manifest::Slice::parse(campaign.sweep(), event.slice));
  const std::set<JobState> usual = {JobState::kFailed, JobState::kRejected, JobState::kCancelled};
  Chosen chosen;
  for (const auto& [state, set] : terminal_sets(campaign, event.states.empty() ? usual : event.states)) {
    if (slice.everything()) {
      choose_all(campaign, state, *set, chosen);
    } else {
      choose_slice(campaign, state, *set, slice, chosen);
    }
  }
  if (chosen.cells == 0) return 0;
  step.out.edits.push_back(CellsRequeued{campaign.row.id, chosen.ranks});
  campaign.requeue(chosen.ranks, chosen.cancelled_cells);
  if (is_terminal(campaign.row.state)) {
    step.farm.set_state(campaign, CampaignState::kActive);
    campaign.row.state_reason.clear();
    campaign.row.finished.reset();
    step.save(campaign);
  }
  return chosen.cells;
}

Result<std::string> command(Step& step, Campaign& campaign, const CampaignCommand& event) {
  const std::uint64_t open = campaign.waiting() + campaign.grants.size();
  switch (event.verb) {
    case Verb::kPause: {
      const bool changed = pause(step, campaign);
      return verb_json(campaign, changed, changed ? open : 0);
    }
    case Verb::kResume: {
      const bool changed = resume(step, campaign);
      return verb_json(campaign, changed, changed ? open : 0);
    }
    case Verb::kCancel: {
      if (is_terminal(campaign.row.state)) return verb_json(campaign, false, 0);
      end_campaign(step, campaign, CampaignState::kCancelled, "cancelled by command");
      return verb_json(campaign, true, open);
    }
    case Verb::kRequeue: {
      TROUPE_ASSIGN_OR_RETURN(const std::uint64_t cells, requeue(step, campaign, event));
      return verb_json(campaign, cells > 0, cells);
    }
  }
  return Status(Code::kInvalid, "unknown verb");
}

}  // namespace

void on_command(Step& step, const CampaignCommand& event) {
  const Result<CampaignId> id = find_campaign(step.farm, event.campaign);
  if (!id.ok()) {
    step.out.replies.push_back({event.request, id.status(), ""});
    return;
  }
  Result<std::string> done = command(step, step.farm.campaigns.at(*id), event);
  step.out.replies.push_back({event.request, done.status(), done.ok() ? *done : ""});
}

void on_drain_worker(Step& step, const DrainWorker& event) {
  Worker* worker = step.farm.find(event.worker);
  if (!worker) {
    step.out.replies.push_back({event.request,
                                Status(Code::kNotFound, "there is no worker \"" + event.worker.value +
                                                            "\"; `troupe worker list` shows those there are"),
                                ""});
    return;
  }
  worker->drain_order = event.on;
  if (worker->live()) step.send(*worker, Drain{event.on});
  step.farm.refresh(*worker);
  const nlohmann::json answer = {{"schema", 1}, {"worker", event.worker.value}, {"draining", event.on}};
  step.out.replies.push_back({event.request, Status(), answer.dump()});
}

}  // namespace troupe::core
