// Builders of edits, and endless valid histories of them.
#pragma once

#include <string>
#include <vector>

#include "common/base/random.h"
#include "coordinator/core/edit.h"
#include "coordinator/core/snapshot.h"

namespace troupe::store {

core::CampaignRow campaign_row(std::uint64_t id, std::uint64_t cells = 100);
core::CampaignAdded campaign_added(std::uint64_t id, std::uint64_t cells = 100);
core::LeaseGrant grant(std::uint64_t campaign, Rank rank, std::uint64_t lease = 1, std::uint32_t generation = 0);
core::ResultCommitted result(std::uint64_t campaign, Rank rank, Outcome outcome = Outcome::kDone,
                             std::uint32_t generation = 0);
core::ResultReused reused(std::uint64_t campaign, Rank rank, std::uint64_t from, Rank from_rank,
                          std::uint32_t generation = 0);
core::EventLogged event(std::uint64_t id, const std::string& kind = "submitted");

// Cells live in [0, kHistoryCells) of each campaign: few, so that they meet again and again.
inline constexpr Rank kHistoryCells = 60;

// Draws batches of edits, each valid after those before it.
class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed) {}

  // One to eight edits.
  std::vector<core::Edit> next_batch();
  // What the edits so far add up to.
  const core::Snapshot& snapshot() const { return snapshot_; }
  Random& random() { return random_; }

 private:
  core::Edit next();
  core::Edit add_campaign();
  core::Edit change(const core::CampaignSnapshot& campaign);
  core::Edit give(const core::CampaignSnapshot& campaign);
  core::Edit finish(const core::CampaignSnapshot& campaign, Rank rank);
  core::Edit reuse(const core::CampaignSnapshot& campaign, Rank rank);
  core::Edit remember();
  core::IntervalSet some_ranks();

  SeededRandom random_;
  core::Snapshot snapshot_;
};

}  // namespace troupe::store
