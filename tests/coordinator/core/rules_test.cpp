// Each rule of coordinator/core/rules with a table of what it says.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "coordinator/core/rules/ageing.h"
#include "coordinator/core/rules/fair_share.h"
#include "coordinator/core/rules/heartbeat.h"
#include "coordinator/core/rules/locality.h"
#include "coordinator/core/rules/memory.h"
#include "coordinator/core/rules/model_switch.h"
#include "coordinator/core/rules/poison.h"
#include "coordinator/core/rules/quarantine.h"
#include "coordinator/core/rules/require.h"
#include "coordinator/core/rules/retention.h"
#include "coordinator/core/rules/running.h"
#include "coordinator/core/rules/shard.h"
#include "coordinator/core/rules/stall.h"
#include "coordinator/core/rules/twin.h"

namespace troupe::core::rules {
namespace {

constexpr Millis kHour{3600'000};

TEST(Rules, UsageHalvesWithEachHalfLife) {
  struct Row {
    double used;
    Millis ago;
    double left;
  };
  for (const Row& row : {Row{100, Millis(0), 100}, Row{100, kHour, 50}, Row{100, 2 * kHour, 25}, Row{0, kHour, 0}}) {
    EXPECT_DOUBLE_EQ(decayed(row.used, row.ago, kHour), row.left);
  }
  EXPECT_DOUBLE_EQ(decayed(100, 50 * kHour, Millis(0)), 100) << "a half-life of 0 forgets nothing";
}

TEST(Rules, ShareCountsWhatRunsAndDividesByWeight) {
  EXPECT_DOUBLE_EQ(share(60, 0, 1), 60);
  EXPECT_DOUBLE_EQ(share(60, 40, 1), 100);
  EXPECT_DOUBLE_EQ(share(60, 40, 4), 25);
  EXPECT_DOUBLE_EQ(share(60, 40, 0), 100) << "no weight is no division";
}

TEST(Rules, WaitingRaisesThePriorityStepByStep) {
  struct Row {
    int priority;
    Millis waited;
    int aged;
  };
  for (const Row& row : {Row{0, Millis(0), 0}, Row{0, kHour - Millis(1), 0}, Row{0, kHour, 1}, Row{-5, 5 * kHour, 0},
                         Row{7, 100 * kHour, 107}, Row{3, Millis(-5), 3}}) {
    EXPECT_EQ(aged_priority(row.priority, row.waited, kHour), row.aged);
  }
  EXPECT_EQ(aged_priority(2, 100 * kHour, Millis(0)), 2) << "a step of 0 never ages";
  EXPECT_EQ(next_age(Millis(0), kHour), kHour);
  EXPECT_EQ(next_age(kHour, kHour), 2 * kHour);
}

TEST(Rules, ReadingModelsCostsWhatWasLearned) {
  EXPECT_EQ(switch_seconds(true, 30), 0);
  EXPECT_EQ(switch_seconds(false, 30), 30);
  EXPECT_EQ(switch_seconds(false, std::nullopt), kUnknownLoadSeconds);
  EXPECT_EQ(learn(std::nullopt, 8), 8);
  EXPECT_EQ(learn(8, 16), 10);
}

TEST(Rules, MemoryThatIsKnownToBeTooSmallIsRefused) {
  struct Row {
    std::uint64_t device, peak;
    bool fits;
  };
  for (const Row& row : {Row{8, 6, true}, Row{8, 8, true}, Row{8, 9, false}, Row{0, 9, true}, Row{8, 0, true}}) {
    EXPECT_EQ(fits(row.device, row.peak), row.fits) << row.device << " " << row.peak;
  }
}

TEST(Rules, TagsAreAllRequiredAndAPoolIsOne) {
  EXPECT_TRUE(has_tags({"gpu", "big"}, {"gpu"}));
  EXPECT_TRUE(has_tags({}, {}));
  EXPECT_FALSE(has_tags({"gpu"}, {"gpu", "big"}));
  EXPECT_TRUE(in_pool("night", ""));
  EXPECT_TRUE(in_pool("night", "night"));
  EXPECT_FALSE(in_pool("", "night"));
}

TEST(Rules, RunningRoomIsWhatTheLimitLeaves) {
  EXPECT_EQ(running_room(3, 10), 7u);
  EXPECT_EQ(running_room(10, 10), 0u);
  EXPECT_EQ(running_room(12, 10), 0u);
  EXPECT_GT(running_room(1'000'000, 0), 1'000'000u) << "0 is no limit";
}

TEST(Rules, ShardsLastForTheTarget) {
  struct Row {
    std::optional<double> seconds;
    std::uint64_t slots, jobs;
  };
  for (const Row& row : {Row{std::nullopt, 4, 0}, Row{0.5, 1, 4}, Row{0.5, 3, 12}, Row{2.0, 2, 2}, Row{60.0, 2, 0},
                         Row{0.0, 1, 256}, Row{0.001, 1, 256}}) {
    EXPECT_EQ(shard_jobs(row.seconds, row.slots, Millis(2000), 256), row.jobs) << row.seconds.value_or(-1);
  }
}

TEST(Rules, TheTailIsSharedAndNotQueued) {
  EXPECT_EQ(tail_share(10, 4, 1), 3u);
  EXPECT_EQ(tail_share(8, 4, 2), 4u);
  EXPECT_EQ(tail_share(0, 4, 2), 0u);
  EXPECT_TRUE(may_queue(5, 4, 1));
  EXPECT_FALSE(may_queue(4, 4, 1));
  EXPECT_TRUE(may_queue(1, 4, 4)) << "alone, a worker holds the last jobs too";
}

TEST(Rules, StragglersTakeManyTimesTheUsual) {
  struct Row {
    double ran;
    std::optional<double> expected;
    bool straggles;
  };
  for (const Row& row :
       {Row{31, 10, true}, Row{30, 10, false}, Row{1000, std::nullopt, false}, Row{0.5, 0.01, false}}) {
    EXPECT_EQ(straggles(row.ran, row.expected, 3), row.straggles) << row.ran;
  }
  EXPECT_FALSE(straggles(1000, 1, 0)) << "a factor of 0 makes no twins";
}

TEST(Rules, StepsStallAfterManyTimesTheUsual) {
  EXPECT_EQ(stall_limit(std::nullopt, 30, Millis(1000)), std::nullopt);
  EXPECT_EQ(stall_limit(2.0, 30, Millis(1000)), Millis(60'000));
  EXPECT_EQ(stall_limit(0.01, 30, Millis(1000)), Millis(1000));
  EXPECT_EQ(stall_limit(2.0, 0, Millis(1000)), std::nullopt);
  EXPECT_FALSE(between_steps(0, 20));
  EXPECT_TRUE(between_steps(1, 20));
  EXPECT_FALSE(between_steps(20, 20));
}

TEST(Rules, ThousandsOfWorkersSpeakSeldom) {
  struct Row {
    std::size_t workers;
    Millis interval;
  };
  for (const Row& row : {Row{0, Millis(2000)}, Row{2000, Millis(2000)}, Row{2001, Millis(4000)},
                         Row{10'000, Millis(16'000)}, Row{100'000, Millis(128'000)}}) {
    EXPECT_EQ(heartbeat(row.workers, Millis(2000), 1000), row.interval) << row.workers;
  }
  EXPECT_EQ(liveness(Millis(2000), Millis(30'000)), Millis(30'000));
  EXPECT_EQ(liveness(Millis(16'000), Millis(30'000)), Millis(64'000));
}

Health after(const std::vector<bool>& faults) {
  Health health;
  for (const bool fault : faults) health.count(fault);
  return health;
}

TEST(Rules, BadWorkersStandOutFromTheOthers) {
  const Health good = after(std::vector<bool>(50, false));
  std::vector<bool> mixed;
  for (int i = 0; i < 20; ++i) mixed.push_back(i % 3 != 0);
  mixed.push_back(true);
  const Health bad = after(mixed);
  EXPECT_TRUE(is_bad(after({true, true, true}), good, 3, true)) << "so many in a row";
  EXPECT_FALSE(is_bad(after({true, true}), good, 3, true));
  EXPECT_FALSE(is_bad(after({true, true, true}), good, 3, false)) << "never the last one";
  EXPECT_TRUE(is_bad(bad, good, 100, true)) << "a rate far above the others'";
  EXPECT_FALSE(is_bad(bad, bad, 100, true)) << "all are like that";
  EXPECT_FALSE(is_bad(after({true, true, true, false}), good, 3, true)) << "the last one went well";
  EXPECT_EQ(next_wait(Millis(0), Millis(10), Millis(100)), Millis(10));
  EXPECT_EQ(next_wait(Millis(10), Millis(10), Millis(100)), Millis(20));
  EXPECT_EQ(next_wait(Millis(80), Millis(10), Millis(100)), Millis(100));
}

TEST(Rules, AJobThatKillsEnginesIsToBlameAfterTheFirst) {
  EXPECT_FALSE(is_poison(2, 3));
  EXPECT_TRUE(is_poison(3, 3));
  EXPECT_FALSE(is_poison(1000, 0));
  EXPECT_TRUE(blames_worker(1));
  EXPECT_FALSE(blames_worker(2));
}

TEST(Rules, CellsGoToWhoRenderedThemBefore) {
  const auto choose = [](const std::vector<Home>& homes) { return nearest(homes); };
  EXPECT_EQ(choose({Home::kNone}), 0u);
  EXPECT_EQ(choose({Home::kElsewhere, Home::kNone, Home::kHere}), 2u);
  EXPECT_EQ(choose({Home::kElsewhere, Home::kNone, Home::kNone}), 1u);
  EXPECT_EQ(choose({Home::kElsewhere, Home::kElsewhere}), 0u);
}

TEST(Rules, WhatIsOverIsArchivedThenDeleted) {
  struct Row {
    Millis ended_ago;
    bool archived;
    Millis archive_after, delete_after;
    Retire what;
  };
  using enum Retire;
  constexpr Millis kNever{0};
  for (const Row& row :
       {Row{9 * kHour, false, 10 * kHour, 20 * kHour, kNot}, Row{10 * kHour, false, 10 * kHour, 20 * kHour, kArchive},
        Row{99 * kHour, false, 10 * kHour, 20 * kHour, kArchive}, Row{19 * kHour, true, 10 * kHour, 20 * kHour, kNot},
        Row{20 * kHour, true, 10 * kHour, 20 * kHour, kDelete}, Row{99 * kHour, true, 10 * kHour, kNever, kNot},
        Row{99 * kHour, false, kNever, 20 * kHour, kNot}, Row{99 * kHour, true, kNever, 20 * kHour, kDelete},
        Row{99 * kHour, false, kNever, kNever, kNot}, Row{-9 * kHour, true, kHour, kHour, kNot}}) {
    EXPECT_EQ(retire(row.ended_ago, row.archived, row.archive_after, row.delete_after), row.what)
        << row.ended_ago.count() << (row.archived ? " archived" : "");
  }
}

}  // namespace
}  // namespace troupe::core::rules
