#include "common/manifest/digit_set.h"

#include <algorithm>

namespace troupe::manifest {
namespace {

// Needs ranges that come in order of their first.
void append(DigitSet& set, DigitRange range) {
  if (!set.empty() && range.first <= set.back().end) {
    set.back().end = std::max(set.back().end, range.end);
  } else {
    set.push_back(range);
  }
}

}  // namespace

DigitSet to_digit_set(std::vector<Digit> digits) {
  std::ranges::sort(digits);
  DigitSet set;
  for (const Digit digit : digits) append(set, {digit, digit + 1});
  return set;
}

DigitSet intersection(const DigitSet& a, const DigitSet& b) {
  DigitSet both;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const DigitRange common{std::max(a[i].first, b[j].first), std::min(a[i].end, b[j].end)};
    if (common.first < common.end) both.push_back(common);
    (a[i].end < b[j].end ? i : j) += 1;
  }
  return both;
}

DigitSet united(const DigitSet& a, const DigitSet& b) {
  DigitSet sorted(a);
  sorted.insert(sorted.end(), b.begin(), b.end());
  std::ranges::sort(sorted, {}, &DigitRange::first);
  DigitSet either;
  for (const DigitRange range : sorted) append(either, range);
  return either;
}

std::uint64_t count(const DigitSet& set) {
  std::uint64_t total = 0;
  for (const DigitRange range : set) total += range.end - range.first;
  return total;
}

bool contains(const DigitSet& set, Digit digit) {
  const auto after = std::ranges::upper_bound(set, digit, {}, &DigitRange::first);
  return after != set.begin() && digit < std::prev(after)->end;
}

}  // namespace troupe::manifest
