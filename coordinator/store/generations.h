// Generations of cells as runs of ranks.
#pragma once

#include <vector>

#include "coordinator/core/interval_set.h"
#include "coordinator/core/snapshot.h"

namespace troupe::store {

// Raises the generation of each rank by one. `generations` is and stays sorted, disjoint and as short as can be: runs
// that touch differ in their generation, and none has generation 0.
void raise_generations(std::vector<core::CampaignSnapshot::Generation>& generations, const core::IntervalSet& ranks);

// 0 for a rank that is in no run.
std::uint32_t generation_of(const std::vector<core::CampaignSnapshot::Generation>& generations, Rank rank);

// Adds a run that starts at or after the end of the last one, joining the two where they touch and agree.
void append_run(std::vector<core::CampaignSnapshot::Generation>& generations,
                const core::CampaignSnapshot::Generation& run);

}  // namespace troupe::store
