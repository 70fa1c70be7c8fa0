#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

bool is_overdue(const Worker& worker, Millis silence, const FarmOptions& options) {
  return silence >= (worker.lost ? options.forget_worker : options.liveness);
}

// Grants are lost with a silent worker; it may take up what it still has when it speaks again.
void lose_silent_workers(Step& step) {
  FarmState& farm = step.farm;
  std::vector<WorkerId> forgotten;
  for (auto& [id, worker] : farm.workers) {
    const Millis silence = step.now - worker.heard;
    if (!is_overdue(worker, silence, farm.options)) continue;
    if (worker.lost) {
      forgotten.push_back(id);
      continue;
    }
    step.warn("worker " + id.value + " was silent for " + std::to_string(silence.count() / 1000) +
              " s: " + std::to_string(worker.grants.size()) + " jobs wait again");
    if (worker.live()) farm.count_out(worker);
    worker.lost = true;
    farm.hungry.erase(id);
    take_back_all(step, worker, {"worker " + id.value + " was lost", Millis(0), {}, id});
  }
  for (const WorkerId& id : forgotten) farm.workers.erase(id);
}

// A worker that heartbeats but neither ends its job nor gives it up is at fault.
void end_overdue_jobs(Step& step) {
  std::vector<std::pair<CampaignId, Rank>> overdue;
  for (const auto& [id, campaign] : step.farm.campaigns) {
    const Millis most = Millis(campaign.manifest.limits().timeout) + step.farm.options.deadline_grace;
    for (const auto& [rank, grant] : campaign.grants) {
      if (grant.running_since && step.now - *grant.running_since > most) overdue.push_back({id, rank});
    }
  }
  for (const auto& [id, rank] : overdue) {
    Campaign& campaign = step.farm.campaigns.at(id);
    const LeaseGrant grant = campaign.grants.at(rank).row;
    JobResult result;
    result.ticket = ticket_of(grant);
    result.outcome = Outcome::kFailed;
    result.fault = Fault::kWorker;
    result.reason = "ran longer than limits.timeout (" + std::to_string(campaign.manifest.limits().timeout.count()) +
                    " s) on " + grant.worker.value;
    step.revoke(grant.worker, result.ticket, result.reason);
    fail_or_retry(step, campaign, rank, result, grant.worker);
  }
}

void tell_of_unreadable(Step& step) {
  if (std::exchange(step.farm.told_of_unreadable, true)) return;
  for (const auto& [id, reason] : step.farm.unreadable) {
    step.warn("campaign " + std::to_string(id.value) + " in the store cannot be read and is left alone: " + reason);
  }
}

}  // namespace

void on_tick(Step& step) {
  tell_of_unreadable(step);
  lose_silent_workers(step);
  end_overdue_jobs(step);
}

}  // namespace troupe::core
