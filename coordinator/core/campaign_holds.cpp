// How orders decide which waiting cell comes next.
#include <algorithm>

#include "coordinator/core/campaign.h"

namespace troupe::core {
namespace {

// Runs that are walked to count held cells.
constexpr std::size_t kMostRuns = 20'000;

}  // namespace

void Campaign::holds_changed() {
  fresh.insert(held);
  held.clear();
  for (const Rank rank : held_tries) due.insert({tried.at(rank).due, rank});
  held_tries.clear();
  levels_.clear();
  for (const int priority : holds.priorities(row.priority)) levels_.push_back({priority, 0});
}

int Campaign::top_priority() const {
  for (const Level& level : levels_) {
    if (fresh.next(level.from)) return level.priority;
  }
  return row.priority;
}

std::optional<Rank> Campaign::next_fresh(std::size_t& looks) {
  for (Level& level : levels_) {
    while (looks > 0) {
      const std::optional<Rank> rank = fresh.next(level.from);
      if (!rank) break;
      level.from = *rank;
      if (holds.empty()) return rank;
      if (holds.priority(*rank, row.priority) == level.priority && hold(*rank) == Hold::kNone) return rank;
      --looks;
      const Rank end = std::min(holds.end_of_run(*rank), fresh.end_of_run(*rank));
      if (hold(*rank) != Hold::kNone) {
        fresh.erase(*rank, end);
        held.insert(*rank, end);
      }
      level.from = end;
    }
    if (looks == 0) return std::nullopt;
  }
  return std::nullopt;
}

void Campaign::set_held_tries_aside(Instant now, std::size_t& looks) {
  if (!holds.holds_any()) return;
  for (auto entry = due.begin(); entry != due.end() && entry->first <= now && looks > 0; --looks) {
    if (hold(entry->second) == Hold::kNone) {
      ++entry;
      continue;
    }
    held_tries.insert(entry->second);
    entry = due.erase(entry);
  }
}

std::optional<std::uint64_t> Campaign::held_cells() const {
  if (!holds.holds_any()) return 0;
  std::uint64_t cells = 0;
  std::size_t runs = 0;
  const bool all_count = sweep().cells() == sweep().positions();
  for (const IntervalSet* set : {&fresh, &held}) {
    for (const auto& [first, last] : set->intervals()) {
      for (Rank rank = first; rank < last;) {
        if (++runs > kMostRuns) return std::nullopt;
        const Rank end = all_count ? std::min(holds.end_of_run(rank), last) : rank + 1;
        const bool counts = all_count || !sweep().excluded(sweep().index_at(rank));
        if (counts && hold(rank) != Hold::kNone) cells += end - rank;
        rank = end;
      }
    }
  }
  for (const auto& [rank, entry] : tried) {
    if (++runs > kMostRuns) return std::nullopt;
    if (!grants.contains(rank) && hold(rank) != Hold::kNone) ++cells;
  }
  return cells;
}

}  // namespace troupe::core
