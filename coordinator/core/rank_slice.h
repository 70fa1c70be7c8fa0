// A slice in the order of running: which runs of ranks lie in it, by arithmetic on the digits of a rank.
#pragma once

#include <utility>
#include <vector>

#include "common/manifest/slice.h"

namespace troupe::core {

class RankSlice {
 public:
  RankSlice(const manifest::Sweep& sweep, manifest::Slice slice);

  const manifest::Slice& slice() const { return slice_; }
  // Looks at the axes only: excluded cells lie in it too. Ranks are below the sweep's positions().
  bool contains(Rank rank) const;
  // contains() is the same for all ranks of [rank, end_of_run(rank)).
  Rank end_of_run(Rank rank) const;

 private:
  struct Place {
    std::uint64_t stride = 1, size = 1;
    manifest::DigitSet allowed;
    std::uint64_t digit(Rank rank) const { return rank / stride % size; }
    // The first rank after the block of equal answers that `rank` is in, as far as this digit goes.
    Rank end(Rank rank) const;
  };
  manifest::Slice slice_;
  Rank positions_ = 0;
  std::vector<Place> places_;  // of the dimensions that the slice narrows, the slowest first
};

}  // namespace troupe::core
