// Invariants that take two to compare: the farm in memory, the farm that a restart would make, the ledger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/farm_state.h"
#include "tests/sim/ledger.h"

namespace troupe::sim {

// The campaign whose cells an edit moves; nothing where it moves none.
std::optional<CampaignId> campaign_of(const core::Edit& edit);

// Whether the campaign's sets add up, in constant time. One line a broken invariant.
std::vector<std::string> check_counts(const core::Campaign& campaign);

// Every waiting job has a reason that can be told: a few jobs of each open campaign, others with each `turn`.
std::vector<std::string> check_reasons(const core::FarmState& farm, std::uint64_t turn);

// What must be equal before and after a restart.
std::vector<std::string> compare_farms(const core::FarmState& live, const core::FarmState& restored);

// The farm, with nothing on its way to the disk, against what edits said.
std::vector<std::string> compare_with_ledger(const core::FarmState& farm, const Ledger& ledger);

}  // namespace troupe::sim
