#include "coordinator/core/interval_set.h"

#include <algorithm>
#include <iterator>

namespace troupe::core {

void IntervalSet::insert(std::uint64_t first, std::uint64_t last) {
  if (first >= last) return;
  // Swallow every interval that overlaps or touches [first, last).
  auto at = intervals_.upper_bound(first);
  if (at != intervals_.begin() && std::prev(at)->second >= first) --at;
  while (at != intervals_.end() && at->first <= last) {
    first = std::min(first, at->first);
    last = std::max(last, at->second);
    size_ -= at->second - at->first;
    at = intervals_.erase(at);
  }
  intervals_.emplace_hint(at, first, last);
  size_ += last - first;
}

void IntervalSet::insert(const IntervalSet& other) {
  for (const auto& [first, last] : other.intervals_) insert(first, last);
}

void IntervalSet::erase(std::uint64_t first, std::uint64_t last) {
  if (first >= last) return;
  auto at = intervals_.upper_bound(first);
  if (at != intervals_.begin() && std::prev(at)->second > first) --at;
  while (at != intervals_.end() && at->first < last) {
    const auto [begin, end] = *at;
    at = intervals_.erase(at);
    size_ -= end - begin;
    if (begin < first) {
      intervals_.emplace_hint(at, begin, first);
      size_ += first - begin;
    }
    if (last < end) {
      at = intervals_.emplace_hint(at, last, end);
      size_ += end - last;
    }
  }
}

bool IntervalSet::contains(std::uint64_t value) const {
  const auto at = intervals_.upper_bound(value);
  return at != intervals_.begin() && value < std::prev(at)->second;
}

std::uint64_t IntervalSet::end_of_run(std::uint64_t value) const {
  const auto at = intervals_.upper_bound(value);
  return at == intervals_.begin() ? value : std::max(value, std::prev(at)->second);
}

std::optional<std::uint64_t> IntervalSet::next(std::uint64_t value) const {
  if (contains(value)) return value;
  const auto at = intervals_.lower_bound(value);
  if (at == intervals_.end()) return std::nullopt;
  return at->first;
}

}  // namespace troupe::core
