// Sets of digits: which values of an axis, or of a dimension of a sweep, are meant.
#pragma once

#include <cstdint>
#include <vector>

namespace troupe::manifest {

// Which value of an axis, counting from 0.
using Digit = std::uint64_t;

struct DigitRange {
  Digit first = 0;
  Digit end = 0;  // one past the last
  bool operator==(const DigitRange&) const = default;
};

// Ranges that are sorted, disjoint, not empty and do not touch.
using DigitSet = std::vector<DigitRange>;

// Any order, repeated or not.
DigitSet to_digit_set(std::vector<Digit> digits);
DigitSet intersection(const DigitSet& a, const DigitSet& b);
DigitSet united(const DigitSet& a, const DigitSet& b);
std::uint64_t count(const DigitSet& set);
bool contains(const DigitSet& set, Digit digit);

}  // namespace troupe::manifest
