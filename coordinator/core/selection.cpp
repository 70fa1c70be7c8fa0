// `select`: the best cells of each group, once the group is closed.
#include <algorithm>
#include <limits>

#include "coordinator/core/campaign.h"

namespace troupe::core {

Campaign::Group Campaign::group_of(Rank rank) const {
  const manifest::Sweep& cells = sweep();
  const std::size_t axis = *cells.axis_number(manifest.select()->of);
  const std::uint64_t size = cells.dimensions()[cells.dimension_of(axis)].size;
  return {rank - rank % size, rank - rank % size + size};
}

bool Campaign::is_closed(const Group& group) const {
  for (Rank rank = group.first; rank < group.last;) {
    Rank end = rank;
    for (const IntervalSet* set : {&done, &failed, &rejected, &cancelled}) end = std::max(end, set->end_of_run(rank));
    if (end == rank) {
      if (!sweep().excluded(sweep().index_at(rank))) return false;
      ++end;
    }
    rank = end;
  }
  return true;
}

std::vector<Rank> Campaign::best_of(const Group& group) const {
  std::vector<std::pair<double, Rank>> candidates;
  for (std::optional<Rank> rank = done.next(group.first); rank && *rank < group.last; rank = done.next(*rank + 1)) {
    // A cell without a score comes after all that have one.
    candidates.push_back({-scores.find(*rank).value_or(-std::numeric_limits<double>::infinity()), *rank});
  }
  const std::uint64_t most = std::min<std::uint64_t>(manifest.select()->keep, candidates.size());
  // Inside a group ranks count as indices do: of equal ones the lower index comes first.
  std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(most));
  std::vector<Rank> best;
  for (std::uint64_t place = 0; place < most; ++place) best.push_back(candidates[place].second);
  std::ranges::sort(best);
  return best;
}

std::optional<bool> Campaign::kept(Rank rank) const {
  if (!manifest.select()) return std::nullopt;
  const Group group = group_of(rank);
  auto known = decided_.find(group.first);
  if (known == decided_.end()) {
    if (!is_closed(group)) return std::nullopt;
    known = decided_.emplace(group.first, best_of(group)).first;
  }
  return std::ranges::binary_search(known->second, rank);
}

}  // namespace troupe::core
