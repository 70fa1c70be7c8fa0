#include "coordinator/core/interval_set.h"

#include <gtest/gtest.h>

#include <set>

#include "common/base/random.h"

namespace troupe::core {
namespace {

TEST(IntervalSet, JoinsWhatTouches) {
  IntervalSet set(0, 3);
  set.insert(5, 8);
  EXPECT_EQ(set.intervals().size(), 2u);
  set.insert(3, 5);
  EXPECT_EQ(set.intervals().size(), 1u);
  EXPECT_EQ(set.size(), 8u);
}

TEST(IntervalSet, ErasesFromTheMiddle) {
  IntervalSet set(0, 10);
  set.erase(4);
  EXPECT_EQ(set.size(), 9u);
  EXPECT_FALSE(set.contains(4));
  EXPECT_EQ(set.next(4), 5u);
  EXPECT_EQ(set.next(10), std::nullopt);
}

TEST(IntervalSet, TenMillionMembersAreOneInterval) {
  const IntervalSet set(0, 10'000'000);
  EXPECT_EQ(set.intervals().size(), 1u);
  EXPECT_EQ(set.size(), 10'000'000u);
}

TEST(IntervalSet, AgreesWithASetOfNumbers) {
  SeededRandom random(3);
  IntervalSet set;
  std::set<std::uint64_t> model;
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t first = random.below(64);
    const std::uint64_t last = first + random.below(8);
    const bool insert = random.chance(0.5);
    if (insert) {
      set.insert(first, last);
    } else {
      set.erase(first, last);
    }
    for (std::uint64_t value = first; value < last; ++value) {
      if (insert) {
        model.insert(value);
      } else {
        model.erase(value);
      }
    }
    ASSERT_EQ(set.size(), model.size());
    const std::uint64_t probe = random.below(72);
    ASSERT_EQ(set.contains(probe), model.contains(probe));
    const auto next = model.lower_bound(probe);
    ASSERT_EQ(set.next(probe), next == model.end() ? std::nullopt : std::optional<std::uint64_t>(*next));
  }
}

}  // namespace
}  // namespace troupe::core
