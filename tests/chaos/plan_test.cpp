#include "tests/chaos/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace troupe::chaos {
namespace {

std::vector<std::string> lines(const PlanOptions& options) {
  std::vector<std::string> lines;
  for (const Disturbance& disturbance : make_plan(options)) lines.push_back(describe(disturbance));
  return lines;
}

std::size_t kills(const std::vector<Disturbance>& plan) {
  return static_cast<std::size_t>(
      std::count_if(plan.begin(), plan.end(), [](const Disturbance& one) { return is_kill(one.trouble); }));
}

TEST(Plan, TheSameSeedDisturbsInTheSameWay) {
  EXPECT_EQ(lines({.seed = 7, .kills = 50}), lines({.seed = 7, .kills = 50}));
  EXPECT_NE(lines({.seed = 7, .kills = 50}), lines({.seed = 8, .kills = 50}));
}

TEST(Plan, HasAsManyKillsAsAskedForAndOtherTroublesBetween) {
  const auto plan = make_plan({.seed = 3, .kills = 200});
  EXPECT_EQ(kills(plan), 200u);
  for (int trouble = 0; trouble <= static_cast<int>(Trouble::kFillCoordinator); ++trouble) {
    EXPECT_TRUE(std::any_of(plan.begin(), plan.end(), [&](const Disturbance& one) {
      return static_cast<int>(one.trouble) == trouble;
    })) << trouble;
  }
}

TEST(Plan, WithoutDisksTheKillsAreTheSame) {
  auto with = make_plan({.seed = 5, .kills = 40});
  auto without = make_plan({.seed = 5, .kills = 40, .disks = false});
  const auto others = [](const Disturbance& one) { return !is_kill(one.trouble); };
  std::erase_if(with, others);
  EXPECT_EQ(kills(without), 40u);
  for (const Disturbance& one : without) {
    EXPECT_NE(one.trouble, Trouble::kFillWorker);
    EXPECT_NE(one.trouble, Trouble::kFillCoordinator);
  }
  std::erase_if(without, others);
  for (std::size_t i = 0; i < with.size(); ++i) EXPECT_EQ(describe(with[i]), describe(without[i]));
}

}  // namespace
}  // namespace troupe::chaos
