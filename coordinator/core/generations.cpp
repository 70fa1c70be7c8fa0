#include "coordinator/core/generations.h"

#include <algorithm>

namespace troupe::core {

using Run = CampaignSnapshot::Generation;

void append_run(Generations& generations, const Run& run) {
  if (run.first == run.last || run.generation == 0) return;
  if (!generations.empty() && generations.back().last == run.first && generations.back().generation == run.generation) {
    generations.back().last = run.last;
  } else {
    generations.push_back(run);
  }
}

void raise_generations(Generations& generations, const IntervalSet& ranks) {
  Generations raised;
  raised.reserve(generations.size() + ranks.intervals().size());
  auto old = generations.begin();
  Rank at = 0;  // everything below is in `raised`
  const auto copy_until = [&](Rank end, std::uint32_t more) {
    while (at < end) {
      while (old != generations.end() && old->last <= at) ++old;
      const bool inside = old != generations.end() && old->first <= at;
      const Rank stop = old == generations.end() ? end : std::min(end, inside ? old->last : old->first);
      append_run(raised, {at, stop, (inside ? old->generation : 0) + more});
      at = stop;
    }
  };
  for (const auto& [first, last] : ranks.intervals()) {
    copy_until(first, 0);
    copy_until(last, 1);
  }
  if (!generations.empty()) copy_until(generations.back().last, 0);
  generations = std::move(raised);
}

std::uint32_t generation_of(const Generations& generations, Rank rank) {
  const auto after = std::upper_bound(generations.begin(), generations.end(), rank,
                                      [](Rank value, const Run& run) { return value < run.first; });
  if (after == generations.begin()) return 0;
  const Run& run = *std::prev(after);
  return rank < run.last ? run.generation : 0;
}

}  // namespace troupe::core
