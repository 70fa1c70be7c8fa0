// Generations of cells as runs of ranks: a requeue of ten million cells costs one run.
#pragma once

#include <vector>

#include "coordinator/core/interval_set.h"
#include "coordinator/core/snapshot.h"

namespace troupe::core {

// Sorted, disjoint and as short as can be: runs that touch differ in their generation, and none has generation 0.
using Generations = std::vector<CampaignSnapshot::Generation>;

// Raises the generation of each rank by one.
void raise_generations(Generations& generations, const IntervalSet& ranks);

// 0 for a rank that is in no run.
std::uint32_t generation_of(const Generations& generations, Rank rank);

// Adds a run that starts at or after the end of the last one, joining the two where they touch and agree.
void append_run(Generations& generations, const CampaignSnapshot::Generation& run);

}  // namespace troupe::core
