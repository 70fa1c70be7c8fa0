#include "common/base/random.h"

#include <gtest/gtest.h>

#include <set>

#include "common/base/backoff.h"

namespace troupe {
namespace {

TEST(RandomTest, SeededSequencesAreTheSameEverywhere) {
  SeededRandom random(0);
  EXPECT_EQ(random.next(), 0xe220a8397b1dcdafu);  // the reference sequence of SplitMix64
  EXPECT_EQ(random.next(), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(random.next(), 0x06c45d188009454fu);
}

TEST(RandomTest, DrawsStayInTheirBounds) {
  SeededRandom random(3);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = random.below(7);
    ASSERT_LT(value, 7u);
    seen.insert(value);
    const double unit = random.unit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
  }
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

TEST(RandomTest, TheSystemsRandomDiffers) {
  SystemRandom random;
  EXPECT_NE(random.next(), random.next());
}

TEST(BackoffTest, DoublesUpToItsMostWithJitter) {
  SeededRandom random(5);
  const BackoffOptions options{Millis(1000), Millis(60000)};
  for (int attempt = 1; attempt <= 100; ++attempt) {
    const auto full = attempt > 6 ? 60000 : 1000 << (attempt - 1);
    const Millis wait = backoff(options, attempt, random);
    EXPECT_GE(wait.count(), full / 2) << attempt;
    EXPECT_LE(wait.count(), full) << attempt;
  }
}

}  // namespace
}  // namespace troupe
