#include "coordinator/core/supply.h"

#include "common/manifest/job.h"
#include "coordinator/core/reuse.h"

namespace troupe::core {

Supplied next_cell(Step& step, Campaign& campaign, const Worker& worker, std::size_t& looks) {
  while (looks > 0) {
    const std::optional<Rank> rank = campaign.next_fresh(looks);
    if (!rank) return {};
    if (looks > 0) --looks;
    const JobIndex index = campaign.sweep().index_at(*rank);
    if (campaign.sweep().excluded(index)) {
      campaign.skip(*rank);
      continue;
    }
    const Result<manifest::Job> job = manifest::decode(campaign.manifest, index);
    if (!job.ok()) {
      return {{}, campaign.describe(index) + " cannot be worked out: " + job.status().message()};
    }
    if (!reuse_result(step, campaign, *job, *rank, worker, looks)) return {rank, ""};
  }
  return {};
}

}  // namespace troupe::core
