#include "coordinator/core/pass.h"

#include <algorithm>

#include "common/base/limits.h"

namespace troupe::core {

Pass::Pass(Step& step_)
    : step(step_),
      farm(step_.farm),
      cells(std::max<std::size_t>(1, farm.options.jobs_a_pass)),
      choices(std::max<std::size_t>(1, farm.options.choices_a_pass)) {}

std::uint64_t Pass::left(const Campaign& campaign) {
  return lefts_.try_emplace(campaign.row.id, campaign.waiting()).first->second;
}

Deal& Pass::deal(const WorkerId& worker, CampaignId campaign) {
  const auto [at, is_new] = deal_of_.try_emplace({worker, campaign}, deals.size());
  if (is_new) deals.push_back({worker, campaign, LeaseId{++farm.last_lease}, {}});
  return deals[at->second];
}

std::size_t Pass::most_of_a_lease() const {
  return std::min(farm.options.lease_jobs, limits::kMaxLeaseJobs);
}

bool Pass::lease_is_full(const Worker& worker, CampaignId campaign) const {
  const auto at = deal_of_.find({worker.id, campaign});
  return at != deal_of_.end() && deals[at->second].grants.size() >= most_of_a_lease();
}

}  // namespace troupe::core
