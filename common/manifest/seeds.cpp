#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/hash.h"
#include "common/base/limits.h"
#include "common/manifest/axis.h"

namespace troupe::manifest {
namespace {

constexpr int kRounds = 4;

std::uint32_t feistel_round(std::uint32_t half, std::uint32_t key, int round) {
  const std::uint64_t mixed = mix64((std::uint64_t{key} << 32) | (static_cast<std::uint64_t>(round) << 16) | half);
  return static_cast<std::uint32_t>(mixed & 0xffff);
}

// A permutation of 32 bits for each key.
std::uint32_t permute(std::uint32_t value, std::uint32_t key) {
  std::uint32_t left = value >> 16;
  std::uint32_t right = value & 0xffff;
  for (int round = 0; round < kRounds; ++round) {
    left = std::exchange(right, left ^ feistel_round(right, key, round));
  }
  return (left << 16) | right;
}

std::uint32_t permute_back(std::uint32_t value, std::uint32_t key) {
  std::uint32_t left = value >> 16;
  std::uint32_t right = value & 0xffff;
  for (int round = kRounds - 1; round >= 0; --round) {
    right = std::exchange(left, right ^ feistel_round(left, key, round));
  }
  return (left << 16) | right;
}

}  // namespace

Seeds Seeds::range(std::uint32_t from, std::uint64_t count) {
  Seeds seeds;
  seeds.kind_ = Kind::kRange;
  seeds.from_ = from;
  seeds.count_ = count;
  return seeds;
}

Seeds Seeds::random(std::uint64_t count, std::uint32_t key) {
  Seeds seeds;
  seeds.kind_ = Kind::kRandom;
  seeds.from_ = key;
  seeds.count_ = count;
  return seeds;
}

Seeds Seeds::list(std::vector<std::uint32_t> values) {
  Seeds seeds;
  seeds.kind_ = Kind::kList;
  seeds.count_ = values.size();
  seeds.listed_ = std::move(values);
  seeds.by_value_.resize(seeds.listed_.size());
  std::iota(seeds.by_value_.begin(), seeds.by_value_.end(), 0u);
  std::ranges::stable_sort(seeds.by_value_, {}, [&](std::uint32_t digit) { return seeds.listed_[digit]; });
  return seeds;
}

std::uint32_t Seeds::at(Digit digit) const {
  switch (kind_) {
    case Kind::kRange: return from_ + static_cast<std::uint32_t>(digit);
    case Kind::kRandom: return permute(static_cast<std::uint32_t>(digit), from_);
    case Kind::kList: break;
  }
  return listed_[digit];
}

DigitSet Seeds::find(std::uint32_t seed) const {
  if (kind_ == Kind::kRandom) {
    const Digit digit = permute_back(seed, from_);
    return digit < count_ ? DigitSet{{digit, digit + 1}} : DigitSet{};
  }
  return find_range(seed, seed).value();
}

Result<DigitSet> Seeds::find_range(std::uint32_t low, std::uint32_t high) const {
  if (low > high || count_ == 0) return DigitSet{};
  if (kind_ == Kind::kRange) {
    const std::uint64_t first = std::max<std::uint64_t>(low, from_);
    const std::uint64_t end = std::min<std::uint64_t>(std::uint64_t{high} + 1, from_ + count_);
    return first < end ? DigitSet{{first - from_, end - from_}} : DigitSet{};
  }
  std::vector<Digit> digits;
  if (kind_ == Kind::kList) {
    const auto value = [&](std::uint32_t digit) { return listed_[digit]; };
    const auto first = std::ranges::lower_bound(by_value_, low, {}, value);
    const auto end = std::ranges::upper_bound(by_value_, high, {}, value);
    digits.assign(first, end);
    return to_digit_set(std::move(digits));
  }
  const std::uint64_t width = std::uint64_t{high} - low + 1;
  if (std::min(width, count_) > limits::kMaxSeedSearch) {
    return Status(Code::kTooLarge, "a range of " + std::to_string(width) + " among " + std::to_string(count_) +
                                       " random seeds is too wide to search; the most is " +
                                       std::to_string(limits::kMaxSeedSearch));
  }
  if (width <= count_) {
    for (std::uint64_t seed = low; seed <= high; ++seed) {
      const Digit digit = permute_back(static_cast<std::uint32_t>(seed), from_);
      if (digit < count_) digits.push_back(digit);
    }
  } else {
    for (Digit digit = 0; digit < count_; ++digit) {
      if (const std::uint32_t seed = at(digit); seed >= low && seed <= high) digits.push_back(digit);
    }
  }
  return to_digit_set(std::move(digits));
}

nlohmann::ordered_json Seeds::to_json() const {
  switch (kind_) {
    case Kind::kRange: return {{"from", from_}, {"count", count_}};
    case Kind::kRandom: return {{"random", count_}, {"from", from_}};
    case Kind::kList: break;
  }
  return listed_;
}

}  // namespace troupe::manifest
