#include <gtest/gtest.h>

#include <set>

#include "common/manifest/axis.h"

namespace troupe::manifest {
namespace {

TEST(SeedsTest, RangeReachesTheHighestSeed) {
  const Seeds seeds = Seeds::range(4294967290u, 6);
  EXPECT_EQ(seeds.at(5), 4294967295u);
  EXPECT_EQ(seeds.find(4294967295u), (DigitSet{{5, 6}}));
  EXPECT_TRUE(seeds.find(0).empty());
  EXPECT_EQ(seeds.find_range(0, 4294967291u).value(), (DigitSet{{0, 2}}));
}

TEST(SeedsTest, RandomSeedsAreDistinctAndFound) {
  const Seeds seeds = Seeds::random(20'000, 7);
  std::set<std::uint32_t> seen;
  for (Digit digit = 0; digit < seeds.size(); ++digit) {
    const std::uint32_t seed = seeds.at(digit);
    EXPECT_TRUE(seen.insert(seed).second);
    ASSERT_EQ(seeds.find(seed), (DigitSet{{digit, digit + 1}}));
  }
}

// Manifests live for ever: these must never change.
TEST(SeedsTest, RandomSeedsAreTheSameEverywhere) {
  const Seeds seeds = Seeds::random(1'000'000'000, 7);
  EXPECT_EQ(seeds.at(0), Seeds::random(3, 7).at(0));
  EXPECT_EQ((std::vector<std::uint32_t>{seeds.at(0), seeds.at(1), seeds.at(2)}),
            (std::vector<std::uint32_t>{3564626001u, 3161809345u, 1341073425u}));
}

TEST(SeedsTest, RangesAmongRandomSeedsAreFoundOrRefused) {
  const Seeds seeds = Seeds::random(1000, 3);
  const DigitSet half = seeds.find_range(0, 0x7fffffff).value();
  for (Digit digit = 0; digit < seeds.size(); ++digit) EXPECT_EQ(contains(half, digit), seeds.at(digit) <= 0x7fffffff);
  const Seeds many = Seeds::random(500'000'000, 3);
  EXPECT_FALSE(many.find_range(0, 0xffffffff).ok());
  EXPECT_TRUE(many.find_range(5, 500).ok());
}

TEST(SeedsTest, ListsKeepTheirOrder) {
  const Seeds seeds = Seeds::list({9, 3, 7, 4});
  EXPECT_EQ(seeds.at(1), 3u);
  EXPECT_EQ(seeds.find_range(4, 9).value(), (DigitSet{{0, 1}, {2, 4}}));
}

TEST(DigitSetTest, UnitesAndIntersects) {
  const DigitSet a = to_digit_set({5, 1, 2, 2, 9});
  EXPECT_EQ(a, (DigitSet{{1, 3}, {5, 6}, {9, 10}}));
  EXPECT_EQ(intersection(a, {{2, 6}}), (DigitSet{{2, 3}, {5, 6}}));
  EXPECT_EQ(united(a, {{3, 5}}), (DigitSet{{1, 6}, {9, 10}}));
  EXPECT_EQ(count(a), 4u);
  EXPECT_TRUE(contains(a, 9));
  EXPECT_FALSE(contains(a, 8));
}

}  // namespace
}  // namespace troupe::manifest
