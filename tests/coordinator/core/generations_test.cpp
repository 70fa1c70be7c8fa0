#include "coordinator/core/generations.h"

#include <gtest/gtest.h>

#include <array>

#include "common/base/random.h"

namespace troupe::core {
namespace {

TEST(Generations, ARequeueOfEverythingIsOneRun) {
  Generations generations;
  raise_generations(generations, IntervalSet(0, 10'000'000));
  EXPECT_EQ(generations.size(), 1u);
  EXPECT_EQ(generation_of(generations, 9'999'999), 1u);
  EXPECT_EQ(generation_of(generations, 10'000'000), 0u);
}

TEST(Generations, AgreeWithACountPerRank) {
  SeededRandom random(5);
  Generations generations;
  std::array<std::uint32_t, 40> model{};
  for (int i = 0; i < 500; ++i) {
    IntervalSet ranks;
    for (int k = 0; k < 3; ++k) {
      const std::uint64_t first = random.below(36);
      ranks.insert(first, first + random.below(5));
    }
    raise_generations(generations, ranks);
    for (Rank rank = 0; rank < model.size(); ++rank) {
      model[rank] += ranks.contains(rank) ? 1 : 0;
      ASSERT_EQ(generation_of(generations, rank), model[rank]);
    }
    for (std::size_t run = 1; run < generations.size(); ++run) {
      ASSERT_LE(generations[run - 1].last, generations[run].first);
      const bool touch = generations[run - 1].last == generations[run].first;
      ASSERT_FALSE(touch && generations[run - 1].generation == generations[run].generation);
    }
  }
}

}  // namespace
}  // namespace troupe::core
