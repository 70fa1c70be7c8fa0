#include "coordinator/core/leases.h"

#include "coordinator/core/rules/stall.h"

namespace troupe::core {
namespace {

// Of a job of a campaign that has no result yet.
constexpr double kUnknownSeconds = 1;

}  // namespace

LeaseGrant grant_job(Step& step, Worker& worker, Campaign& campaign, Rank rank, LeaseId lease) {
  FarmState& farm = step.farm;
  const auto entry = campaign.tried.find(rank);
  std::uint32_t attempt = entry == campaign.tried.end() ? 1 : entry->second.row.attempt + 1;
  if (const auto held = campaign.grants.find(rank); held != campaign.grants.end()) {
    attempt = held->second.row.attempt + 1;
  }
  const LeaseGrant row{lease,   campaign.row.id, rank,     campaign.sweep().index_at(rank), campaign.generation(rank),
                       attempt, worker.id,       step.wall};
  const double seconds = campaign.seconds_a_job().value_or(kUnknownSeconds);
  campaign.grant(Grant{.row = row, .sent = step.now, .progressed = step.now, .charged = seconds});
  campaign.standing.waits_since = step.now;
  worker.take(campaign.row.id, rank, HeldState::kQueued);
  if (worker.protocol < 2) worker.loaded.clear();  // such a one does not say; its last is likely there
  worker.loaded.insert(campaign.manifest.pack());
  farm.usage.begin(campaign.row.project, seconds);
  farm.touch(campaign.row.id);
  farm.refresh(worker);
  return row;
}

void announce_lease(Step& step, const Worker& worker, Campaign& campaign, const std::vector<LeaseGrant>& grants) {
  step.out.edits.push_back(JobsGranted{grants});
  std::vector<const LeaseGrant*> rows;
  for (const LeaseGrant& row : grants) rows.push_back(&row);
  step.send(worker, lease_message(step.farm.options, campaign, rows, false));
  if (!campaign.row.started) {
    campaign.row.started = step.wall;
    step.save(campaign);
    step.log("started", campaign.label(), "", "{}");
  }
  step.log("leased", campaign.label(), worker.id.value,
           "{\"lease\":" + std::to_string(grants.front().lease.value) + ",\"jobs\":" + std::to_string(grants.size()) +
               ",\"first\":" + std::to_string(grants.front().index) + "}");
}

Lease lease_message(const FarmOptions& options, const Campaign& campaign, const std::vector<const LeaseGrant*>& grants,
                    bool resent) {
  Lease lease;
  lease.lease = grants.front()->lease;
  lease.campaign = campaign.row.id;
  lease.spec = campaign.row.spec;
  for (const LeaseGrant* grant : grants) lease.jobs.push_back({grant->index, grant->generation, grant->attempt});
  lease.timeout = campaign.manifest.limits().timeout;
  lease.resent = resent;
  lease.pack = campaign.manifest.pack();
  lease.stall =
      rules::stall_limit(campaign.standing.step_seconds, options.stall_steps, options.stall_least).value_or(Millis(0));
  return lease;
}

}  // namespace troupe::core
