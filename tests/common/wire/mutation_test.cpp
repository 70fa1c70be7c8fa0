// Damaged messages never crash a decoder, and what it still takes is valid: it survives another round.
#include <gtest/gtest.h>

#include "common/base/random.h"
#include "common/wire/convert.h"
#include "tests/common/wire/samples.h"

namespace troupe::wire {
namespace {

constexpr int kRounds = 2000;

// Some bytes changed, removed, inserted or repeated.
std::string mutate(std::string bytes, Random& random) {
  for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(4)) {
      case 0: bytes[at] = static_cast<char>(random.next()); break;
      case 1: bytes.erase(at, 1 + random.below(8)); break;
      case 2: bytes.insert(at, 1 + random.below(8), static_cast<char>(random.next())); break;
      default: bytes += bytes.substr(at, 1 + random.below(64)); break;
    }
  }
  return bytes;
}

TEST(Mutation, FromWorkers) {
  SeededRandom random(20260301);
  int taken = 0;
  for (const auto& [name, message] : samples_from_worker()) {
    const std::string bytes = encode(message);
    for (int round = 0; round < kRounds; ++round) {
      const auto decoded = decode_from_worker(mutate(bytes, random));
      if (!decoded.ok()) continue;
      ++taken;
      const auto again = decode_from_worker(encode(*decoded));
      ASSERT_TRUE(again.ok()) << name << ": " << again.status().to_string();
      EXPECT_EQ(*again, *decoded) << name;
    }
  }
  EXPECT_GT(taken, 0);
}

TEST(Mutation, ToWorkers) {
  SeededRandom random(20260302);
  int taken = 0;
  for (const auto& [name, message] : samples_to_worker()) {
    const std::string bytes = encode(message);
    for (int round = 0; round < kRounds; ++round) {
      const auto decoded = decode_to_worker(mutate(bytes, random), {"w-1"});
      if (!decoded.ok()) continue;
      ++taken;
      const auto again = decode_to_worker(encode(*decoded), {"w-1"});
      ASSERT_TRUE(again.ok()) << name << ": " << again.status().to_string();
      EXPECT_EQ(*again, *decoded) << name;
    }
  }
  EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace troupe::wire
