#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "coordinator/core/health.h"
#include "coordinator/core/learning.h"
#include "coordinator/core/notify.h"
#include "coordinator/core/retention.h"
#include "coordinator/core/rules/heartbeat.h"
#include "coordinator/core/rules/stall.h"
#include "coordinator/core/step.h"
#include "coordinator/core/worker_facts.h"

namespace troupe::core {
namespace {

// Silence that is borne of the worker: it keeps the interval that it was last told.
Millis silence_borne(const FarmState& farm, const Worker& worker) {
  if (worker.lost) return farm.options.forget_worker;
  return rules::liveness(worker.told_heartbeat, farm.liveness());
}

void lose(Step& step, Worker& worker) {
  const std::string silence = std::to_string((step.now - worker.heard).count() / 1000);
  step.warn("worker " + worker.id.value + " was silent for " + silence + " s: " + std::to_string(worker.grants.size()) +
            " jobs wait again");
  step.log("worker_lost", "", worker.id.value, "{\"jobs\":" + std::to_string(worker.grants.size()) + "}");
  if (worker.live()) step.farm.count_out(worker);
  worker.lost = true;
  take_back_all(step, worker, {"worker " + worker.id.value + " was lost", Millis(0), {}, worker.id});
}

// Grants are lost with a silent worker; it may take up what it still has when it speaks again.
void look_at(Step& step, Worker& worker) {
  FarmState& farm = step.farm;
  if (step.now - worker.heard >= silence_borne(farm, worker)) {
    if (worker.lost) {
      file_away(farm, worker);
      farm.workers.erase(WorkerId(worker.id));
      return;
    }
    lose(step, worker);
  }
  Instant next = worker.heard + silence_borne(farm, worker);
  if (worker.quarantine && worker.quarantine->probe_at > step.now) next = std::min(next, worker.quarantine->probe_at);
  farm.watch(worker, std::max(next, step.now + Millis(1)));
  if (worker.quarantine) farm.refresh(worker);
}

void look_at_workers(Step& step) {
  auto& watches = step.farm.watches;
  while (!watches.empty() && watches.begin()->first <= step.now) {
    const auto [when, id] = *watches.begin();
    watches.erase(watches.begin());
    Worker* worker = step.farm.find(id);
    if (worker && worker->watched == when) look_at(step, *worker);
  }
}

void end_late_job(Step& step, Campaign& campaign, Rank rank, Worker& worker, const std::string& reason) {
  const LeaseGrant grant = campaign.grant_of(rank, worker.id)->row;
  JobResult result;
  result.ticket = ticket_of(grant);
  result.outcome = Outcome::kFailed;
  result.fault = Fault::kWorker;
  result.reason = reason;
  step.revoke(worker.id, result.ticket, reason);
  const auto newest = campaign.grants.find(rank);
  if (newest == campaign.grants.end() || newest->second.row.worker != worker.id) {
    end_grant_of(step, campaign, rank, worker.id, {});
  } else {
    log_failure(step, "returned", campaign, worker.id, result);
    fail_or_retry(step, campaign, rank, result, worker.id);
  }
  count_outcome(step, worker, true);
}

// Why the job is to end, or nothing while all is well. The worker ends such jobs itself, a little earlier.
std::optional<std::string> lateness(const Step& step, const Campaign& campaign, const Grant& grant) {
  const FarmOptions& options = step.farm.options;
  const auto timeout = campaign.manifest.limits().timeout;
  if (grant.running_since && step.now - *grant.running_since > Millis(timeout) + options.deadline_grace) {
    return "ran longer than limits.timeout (" + std::to_string(timeout.count()) + " s) on " + grant.row.worker.value;
  }
  const auto stall = rules::stall_limit(campaign.standing.step_seconds, options.stall_steps, options.stall_least);
  if (stall && grant.running_since && rules::between_steps(grant.step, grant.steps) &&
      step.now - grant.progressed > *stall + options.deadline_grace) {
    return "made no step for " + std::to_string((step.now - grant.progressed).count() / 1000) + " s in " + grant.stage +
           " on " + grant.row.worker.value;
  }
  return std::nullopt;
}

void tell_of_unreadable(Step& step) {
  if (std::exchange(step.farm.told_of_unreadable, true)) return;
  for (const auto& [id, reason] : step.farm.unreadable) {
    step.warn("campaign " + std::to_string(id.value) + " in the store cannot be read and is left alone: " + reason);
  }
}

}  // namespace

void end_overdue_jobs(Step& step, Worker& worker) {
  const auto grants = worker.grants;
  for (const auto& [id, rank] : grants) {
    Campaign& campaign = step.farm.campaigns.at(id);
    const Grant* grant = campaign.grant_of(rank, worker.id);
    if (!grant) continue;  // the campaign ended with one before
    const std::optional<std::string> late = lateness(step, campaign, *grant);
    if (late) end_late_job(step, campaign, rank, worker, *late);
  }
}

void on_tick(Step& step) {
  tell_of_unreadable(step);
  look_at_workers(step);
  apply_retention(step);
  save_learned(step);
  send_notices(step);
}

}  // namespace troupe::core
