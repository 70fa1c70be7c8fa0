// A set of 64-bit numbers kept as disjoint, sorted, half-open intervals: ten million waiting cells cost one entry.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace troupe::core {

class IntervalSet {
 public:
  IntervalSet() = default;
  // [first, last)
  IntervalSet(std::uint64_t first, std::uint64_t last) { insert(first, last); }

  void insert(std::uint64_t value) { insert(value, value + 1); }
  void insert(std::uint64_t first, std::uint64_t last);
  void insert(const IntervalSet& other);
  void erase(std::uint64_t value) { erase(value, value + 1); }
  void erase(std::uint64_t first, std::uint64_t last);
  void clear() {
    intervals_.clear();
    size_ = 0;
  }

  bool contains(std::uint64_t value) const;
  bool empty() const { return intervals_.empty(); }
  // How many numbers, not intervals.
  std::uint64_t size() const { return size_; }
  // The smallest member that is >= value.
  std::optional<std::uint64_t> next(std::uint64_t value) const;
  // One past the last of the members that follow each other from value on; value itself where it is no member.
  std::uint64_t end_of_run(std::uint64_t value) const;
  // first -> last (exclusive); disjoint, never touching.
  const std::map<std::uint64_t, std::uint64_t>& intervals() const { return intervals_; }
  bool operator==(const IntervalSet& other) const { return intervals_ == other.intervals_; }

 private:
  std::map<std::uint64_t, std::uint64_t> intervals_;
  std::uint64_t size_ = 0;
};

}  // namespace troupe::core
