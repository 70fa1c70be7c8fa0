#include "coordinator/core/choose.h"

#include <algorithm>

#include "common/base/limits.h"

namespace troupe::core {
namespace {

class Chooser {
 public:
  Chooser(const Campaign& campaign, const RankSlice& slice) : campaign_(campaign), slice_(slice) {}

  // Goes through the runs of `set` that lie in the slice. `may_be_excluded`: some positions of the set may be no cells.
  Status add(const IntervalSet& set, bool may_be_excluded) {
    const bool one_by_one = may_be_excluded && campaign_.sweep().cells() < campaign_.sweep().positions();
    for (const auto& [first, last] : set.intervals()) {
      for (Rank rank = first; rank < last;) {
        const Rank end = std::min(slice_.end_of_run(rank), last);
        if (slice_.contains(rank)) TROUPE_RETURN_IF_ERROR(one_by_one ? add_each(rank, end) : add_run(rank, end));
        TROUPE_RETURN_IF_ERROR(count_step());
        rank = end;
      }
    }
    return {};
  }
  void add_one(Rank rank) {
    if (slice_.contains(rank)) chosen_.ranks.insert(rank);
  }
  Chosen take() {
    chosen_.cells = chosen_.ranks.size();
    return std::move(chosen_);
  }

 private:
  Status count_step() {
    if (++steps_ <= limits::kMaxVerbSteps) return {};
    return Status(Code::kTooLarge, "the slice falls into more than " + std::to_string(limits::kMaxVerbSteps) +
                                       " pieces: take a smaller one, or the whole campaign");
  }
  Status add_run(Rank first, Rank last) {
    chosen_.ranks.insert(first, last);
    return {};
  }
  Status add_each(Rank first, Rank last) {
    for (Rank rank = first; rank < last; ++rank) {
      TROUPE_RETURN_IF_ERROR(count_step());
      if (!campaign_.sweep().excluded(campaign_.sweep().index_at(rank))) chosen_.ranks.insert(rank);
    }
    return {};
  }

  const Campaign& campaign_;
  const RankSlice& slice_;
  Chosen chosen_;
  std::uint64_t steps_ = 0;
};

}  // namespace

Result<Chosen> choose_over(const Campaign& campaign, const RankSlice& slice, const std::set<JobState>& states) {
  Chooser chooser(campaign, slice);
  const std::pair<JobState, const IntervalSet*> sets[] = {{JobState::kDone, &campaign.done},
                                                          {JobState::kFailed, &campaign.failed},
                                                          {JobState::kRejected, &campaign.rejected}};
  for (const auto& [state, set] : sets) {
    if (states.contains(state)) TROUPE_RETURN_IF_ERROR(chooser.add(*set, false));
  }
  Chosen chosen = chooser.take();
  if (!states.contains(JobState::kCancelled)) return chosen;
  if (slice.slice().everything()) {
    // Nothing need be counted: excluded positions may wait again, and will be passed over.
    chosen.ranks.insert(campaign.cancelled);
    chosen.cancelled_cells = campaign.cancelled_cells;
  } else {
    Chooser cancelled(campaign, slice);
    TROUPE_RETURN_IF_ERROR(cancelled.add(campaign.cancelled, true));
    const Chosen more = cancelled.take();
    chosen.ranks.insert(more.ranks);
    chosen.cancelled_cells = more.cells;
  }
  chosen.cells += chosen.cancelled_cells;
  return chosen;
}

Result<Chosen> choose_open(const Campaign& campaign, const RankSlice& slice) {
  Chooser chooser(campaign, slice);
  TROUPE_RETURN_IF_ERROR(chooser.add(campaign.fresh, true));
  TROUPE_RETURN_IF_ERROR(chooser.add(campaign.held, true));
  for (const auto& [rank, entry] : campaign.tried) chooser.add_one(rank);
  for (const auto& [rank, grant] : campaign.grants) chooser.add_one(rank);
  return chooser.take();
}

}  // namespace troupe::core
