// An axis of a sweep: a name and an ordered list of values. Seed ranges are never listed: they are computed. Values are
// distinct, but for axes that are zipped with others.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/digit_set.h"

namespace troupe::manifest {

// The seeds of a sweep, 0 to 2^32-1.
class Seeds {
 public:
  // from, from + 1, ..., from + count - 1. Needs from + count <= 2^32.
  static Seeds range(std::uint32_t from, std::uint64_t count);
  // `count` distinct values that look random: a keyed permutation of 32 bits (a Feistel network over mix64), the same
  // on every machine. Its first values do not change when count grows. Needs count <= 2^32.
  static Seeds random(std::uint64_t count, std::uint32_t key);
  static Seeds list(std::vector<std::uint32_t> values);

  std::uint64_t size() const { return count_; }
  // True of a list.
  bool listed() const { return kind_ == Kind::kList; }
  // True of random().
  bool scattered() const { return kind_ == Kind::kRandom; }
  std::uint32_t at(Digit digit) const;
  DigitSet find(std::uint32_t seed) const;
  // The digits of the seeds low..high, both included. kTooLarge where that would be too long to find out (a wide range
  // over many random seeds).
  Result<DigitSet> find_range(std::uint32_t low, std::uint32_t high) const;
  // {"from","count"}, {"random","from"} or a list: as a manifest says it.
  nlohmann::ordered_json to_json() const;

 private:
  enum class Kind { kRange, kRandom, kList };
  Kind kind_ = Kind::kRange;
  std::uint64_t count_ = 0;
  std::uint32_t from_ = 0;
  std::vector<std::uint32_t> listed_;
  std::vector<std::uint32_t> by_value_;  // digits of listed_, ordered by seed
};

enum class AxisKind {
  kEntry,      // named prompts of a group: characters, poses, ...
  kSeed,       // the axis `seed`
  kParameter,  // a parameter of a stage: `generate.guidance`
};

struct AxisValue {
  std::string text;      // in addresses, slices and output paths: "mia", "4.5", "128x192"
  nlohmann::json value;  // what a stage gets; of an entry, its name
};

class Axis {
 public:
  static Axis entries(std::string name, std::string group, std::vector<std::string> names);
  static Axis seeds(Seeds seeds);
  static Axis parameter(std::string name, std::vector<AxisValue> values);

  const std::string& name() const { return name_; }
  AxisKind kind() const { return kind_; }
  // Of kEntry: the group's key in the manifest ("characters").
  const std::string& group() const { return group_; }
  std::uint64_t size() const { return kind_ == AxisKind::kSeed ? seeds_.size() : values_.size(); }
  std::string text(Digit digit) const;
  // Of kEntry and kParameter only.
  const AxisValue& value(Digit digit) const { return values_[digit]; }
  // Of kSeed only.
  const Seeds& seeds() const { return seeds_; }
  // By text; numbers by their value, so that "4.0" finds 4.
  // Empty when there is none.
  DigitSet find(std::string_view text) const;
  // Values in low..high, both included. kInvalid where the values are no numbers.
  Result<DigitSet> find_range(std::string_view low, std::string_view high) const;
  // "mia, leo", "1..50" or "4, 6, ... (200 values)": for messages.
  std::string describe() const;

 private:
  AxisKind kind_ = AxisKind::kEntry;
  std::string name_;
  std::string group_;
  std::vector<AxisValue> values_;
  std::vector<std::uint32_t> by_text_;  // digits of values_, ordered by text
  Seeds seeds_;
};

}  // namespace troupe::manifest
