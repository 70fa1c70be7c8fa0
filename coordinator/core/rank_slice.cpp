#include "coordinator/core/rank_slice.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace troupe::core {

using manifest::DigitRange;

RankSlice::RankSlice(const manifest::Sweep& sweep, manifest::Slice slice)
    : slice_(std::move(slice)), positions_(sweep.positions()) {
  for (std::size_t d = 0; d < sweep.dimensions().size(); ++d) {
    const auto& dimension = sweep.dimensions()[d];
    if (manifest::count(slice_.allowed(d)) == dimension.size) continue;
    places_.push_back({dimension.rank_stride, dimension.size, slice_.allowed(d)});
  }
  std::ranges::sort(places_, std::greater(), &Place::stride);
}

bool RankSlice::contains(Rank rank) const {
  return std::ranges::all_of(places_,
                             [&](const Place& place) { return manifest::contains(place.allowed, place.digit(rank)); });
}

Rank RankSlice::Place::end(Rank rank) const {
  const std::uint64_t own = digit(rank);
  const auto after = std::ranges::upper_bound(allowed, own, {}, &DigitRange::first);
  const bool inside = after != allowed.begin() && own < std::prev(after)->end;
  const std::uint64_t next = inside ? std::prev(after)->end : after == allowed.end() ? size : after->first;
  return rank - rank % (stride * size) + next * stride;
}

Rank RankSlice::end_of_run(Rank rank) const {
  // A rank is outside for its slowest digit that is not allowed, whatever the faster ones are; one inside stays so
  // until its fastest narrowed digit changes its answer.
  for (const Place& place : places_) {
    if (!manifest::contains(place.allowed, place.digit(rank))) return place.end(rank);
  }
  return places_.empty() ? positions_ : places_.back().end(rank);
}

}  // namespace troupe::core
