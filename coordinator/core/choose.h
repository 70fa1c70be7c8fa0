// The cells that a verb moves: those of a slice that are in certain states.
#pragma once

#include <cstdint>
#include <set>

#include "coordinator/core/campaign.h"

namespace troupe::core {

struct Chosen {
  IntervalSet ranks;
  std::uint64_t cells = 0;            // excluded positions not counted
  std::uint64_t cancelled_cells = 0;  // of those
};

// Cells that are over, in one of `states`. kTooLarge where the slice falls into more than limits::kMaxVerbSteps pieces.
Result<Chosen> choose_over(const Campaign& campaign, const RankSlice& slice, const std::set<JobState>& states);
// Cells that wait or are granted. kTooLarge as above.
Result<Chosen> choose_open(const Campaign& campaign, const RankSlice& slice);

}  // namespace troupe::core
