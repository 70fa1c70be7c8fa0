#include <algorithm>

#include "coordinator/core/leases.h"
#include "coordinator/core/rules/twin.h"
#include "coordinator/core/schedule.h"

namespace troupe::core {
namespace {

constexpr std::size_t kMostCampaigns = 64;  // looked at in one call
constexpr std::size_t kMostGrants = 1024;   // of each

// A worker with an idle slot that may run the campaign and has not this job already.
Worker* idle_worker(FarmState& farm, const Campaign& campaign, const WorkerId& holder) {
  for (const OfferId id : farm.need(campaign).offers) {
    const auto& hungry = farm.market.offers().at(id).hungry;
    for (auto at = hungry.begin(); at != hungry.end() && at->first < kFullLoad; ++at) {
      Worker& worker = *farm.find(at->second);
      if (at->second != holder && !worker.quarantine) return &worker;
    }
  }
  return nullptr;
}

double ran_seconds(const Grant& grant, Instant now) {
  return grant.running_since ? static_cast<double>((now - *grant.running_since).count()) / 1000 : 0;
}

// The job that runs longest of those that run too long, nullptr when there is none.
const Grant* straggler(const Campaign& campaign, const FarmState& farm) {
  const Grant* slowest = nullptr;
  std::size_t looks = kMostGrants;
  for (const auto& [rank, grant] : campaign.grants) {
    if (looks-- == 0) break;
    if (grant.state != HeldState::kRunning || campaign.elders.contains(rank)) continue;
    const double ran = ran_seconds(grant, farm.now);
    if (!rules::straggles(ran, campaign.seconds_a_job(), farm.options.straggler)) continue;
    if (!slowest || ran > ran_seconds(*slowest, farm.now)) slowest = &grant;
  }
  return slowest;
}

}  // namespace

void double_stragglers(Step& step) {
  FarmState& farm = step.farm;
  std::size_t looks = kMostCampaigns;
  const std::set<CampaignId> tails = farm.tails;
  for (const CampaignId id : tails) {
    if (looks-- == 0) return;
    Campaign& campaign = farm.campaigns.at(id);
    if (farm.usage.full(campaign.row.project)) continue;
    const Grant* slow = straggler(campaign, farm);
    if (!slow) continue;
    const Rank rank = slow->row.rank;
    Worker* worker = idle_worker(farm, campaign, slow->row.worker);
    if (!worker) continue;
    step.info(campaign.label() + " " + campaign.describe(slow->row.index) + " takes long on " + slow->row.worker.value +
              " and is run on " + worker->id.value + " too");
    const Grant elder = *slow;
    const LeaseGrant row = grant_job(step, *worker, campaign, rank, LeaseId{++farm.last_lease});
    campaign.elders[rank] = elder;
    announce_lease(step, *worker, campaign, {row});
  }
}

}  // namespace troupe::core
