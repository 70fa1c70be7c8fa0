#include "coordinator/core/supply.h"

#include <vector>

#include "common/manifest/job.h"
#include "coordinator/core/reuse.h"
#include "coordinator/core/rules/locality.h"

namespace troupe::core {
namespace {

// Rule "locality": of the next cells the one whose intermediate pictures the worker has. `rank` is the first of them.
Rank nearest_cell(const FarmState& farm, const Campaign& campaign, const Worker& worker, Rank rank) {
  const bool seen_before = campaign.row.revision > 1 || campaign.generation(rank) > 0;
  if (!seen_before || !farm.recent.has_homes() || !campaign.holds.empty()) return rank;
  std::vector<Rank> cells;
  std::vector<rules::Home> homes;
  for (std::optional<Rank> next = rank; next && cells.size() < rules::kCellsCompared;
       next = campaign.fresh.next(*next + 1)) {
    const JobIndex index = campaign.sweep().index_at(*next);
    if (campaign.sweep().excluded(index)) continue;
    const WorkerId* home = farm.recent.home(campaign.row.name, campaign.sweep().address(index).to_string());
    cells.push_back(*next);
    homes.push_back(!home ? rules::Home::kNone : *home == worker.id ? rules::Home::kHere : rules::Home::kElsewhere);
  }
  return cells.empty() ? rank : cells[rules::nearest(homes)];
}

}  // namespace

Supplied next_cell(Step& step, Campaign& campaign, const Worker& worker, std::size_t& looks) {
  while (looks > 0) {
    std::optional<Rank> rank = campaign.next_fresh(looks);
    if (!rank) return {};
    rank = nearest_cell(step.farm, campaign, worker, *rank);
    if (looks > 0) --looks;
    const JobIndex index = campaign.sweep().index_at(*rank);
    if (campaign.sweep().excluded(index)) {
      campaign.skip(*rank);
      continue;
    }
    if (!may_reuse(campaign, *rank)) return {rank, ""};
    const Result<manifest::Job> job = manifest::decode(campaign.manifest, index);
    if (!job.ok()) {
      return {{}, campaign.describe(index) + " cannot be worked out: " + job.status().message()};
    }
    if (!reuse_result(step, campaign, *job, *rank, worker, looks)) return {rank, ""};
  }
  return {};
}

}  // namespace troupe::core
