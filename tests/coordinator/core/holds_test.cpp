#include "coordinator/core/holds.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/manifest/manifest.h"
#include "tests/support/campaigns.h"
#include "tests/support/take.h"

namespace troupe::core {
namespace {

using Kind = Holds::Kind;

struct Stage {
  manifest::Manifest manifest;
  Holds holds = {};

  explicit Stage(const testing::CampaignPlan& plan)
      : manifest(take(manifest::Manifest::from_resolved(testing::resolved_json(plan)))) {}
  const manifest::Sweep& sweep() const { return manifest.sweep(); }
  Status give(Kind kind, const std::string& slice, int priority = 0) {
    return holds.give({kind, RankSlice(sweep(), take(manifest::Slice::parse(sweep(), slice))), priority});
  }
  Rank rank(const std::string& address) const { return sweep().rank_of(take(sweep().index_of(address))); }
  Hold hold(const std::string& address) const { return holds.hold(rank(address)); }
  int priority(const std::string& address) const { return holds.priority(rank(address), 0); }
};

TEST(Holds, TheNewestPauseOrResumeThatNamesACellCounts) {
  Stage stage({.seeds = 4, .characters = {"mia", "leo"}});
  ASSERT_TRUE(stage.give(Kind::kPause, "character=mia").ok());
  ASSERT_TRUE(stage.give(Kind::kResume, "seed=2").ok());
  EXPECT_EQ(stage.hold("character=mia,seed=1"), Hold::kPaused);
  EXPECT_EQ(stage.hold("character=mia,seed=2"), Hold::kNone);
  EXPECT_EQ(stage.hold("character=leo,seed=1"), Hold::kNone);
  ASSERT_TRUE(stage.give(Kind::kPause, "character=mia,seed=1..3").ok());
  EXPECT_EQ(stage.hold("character=mia,seed=2"), Hold::kPaused);
}

TEST(Holds, AResumeOfEverythingLeavesNothing) {
  Stage stage({.seeds = 4});
  ASSERT_TRUE(stage.give(Kind::kPause, "seed=1").ok());
  ASSERT_TRUE(stage.give(Kind::kPause, "seed=2").ok());
  ASSERT_TRUE(stage.give(Kind::kResume, "").ok());
  EXPECT_TRUE(stage.holds.empty());
}

TEST(Holds, TheSameSliceCostsOneOrder) {
  Stage stage({.seeds = 4});
  for (int round = 0; round < 1000; ++round) {
    ASSERT_TRUE(stage.give(Kind::kPause, "seed=1").ok());
    ASSERT_TRUE(stage.give(Kind::kResume, "seed=1").ok());
    ASSERT_TRUE(stage.give(Kind::kPrefer, "seed=3", round).ok());
  }
  EXPECT_LE(stage.holds.list().size(), 2u);
  EXPECT_EQ(stage.priority("seed=3"), 999);
  EXPECT_EQ(stage.priority("seed=2"), 0);
  EXPECT_EQ(stage.holds.priorities(0), (std::vector<int>{999, 0}));
}

TEST(Holds, ThereIsAMostAndItIsSaid) {
  Stage stage({.seeds = 1000});
  for (std::size_t order = 1; order <= limits::kMaxOrders; ++order) {
    ASSERT_TRUE(stage.give(Kind::kPause, "seed=" + std::to_string(order)).ok());
  }
  EXPECT_EQ(stage.give(Kind::kPause, "seed=900").code(), Code::kTooLarge);
  EXPECT_TRUE(stage.give(Kind::kResume, "").ok());
  EXPECT_TRUE(stage.give(Kind::kPause, "seed=900").ok());
}

TEST(Holds, ASampleHoldsTheRestUntilItIsReleased) {
  Stage stage({.seeds = 10, .characters = {"mia", "leo"}});
  stage.holds.set_sample(stage.sweep(), 2);
  EXPECT_EQ(stage.hold("character=mia,seed=1"), Hold::kNone);
  EXPECT_EQ(stage.hold("character=leo,seed=1"), Hold::kNone);
  EXPECT_EQ(stage.hold("character=leo,seed=2"), Hold::kSample);
  ASSERT_TRUE(stage.give(Kind::kRelease, "seed=2").ok());
  EXPECT_EQ(stage.hold("character=leo,seed=2"), Hold::kNone);
  EXPECT_EQ(stage.hold("character=leo,seed=3"), Hold::kSample);
  ASSERT_TRUE(stage.give(Kind::kResume, "").ok());
  EXPECT_EQ(stage.hold("character=leo,seed=3"), Hold::kSample);
  ASSERT_TRUE(stage.give(Kind::kRelease, "").ok());
  EXPECT_TRUE(stage.holds.empty());
}

TEST(Holds, RunsAgreeWithWhatTheySpan) {
  Stage stage({.seeds = 20, .characters = {"mia", "leo", "ada"}});
  stage.holds.set_sample(stage.sweep(), 7);
  ASSERT_TRUE(stage.give(Kind::kRelease, "seed=4..9").ok());
  ASSERT_TRUE(stage.give(Kind::kPause, "character=leo,seed=1..6").ok());
  ASSERT_TRUE(stage.give(Kind::kPrefer, "character=ada,seed=8", 5).ok());
  for (Rank rank = 0; rank < stage.sweep().positions(); ++rank) {
    const Rank end = std::min(stage.holds.end_of_run(rank), stage.sweep().positions());
    ASSERT_GT(end, rank);
    for (Rank inside = rank; inside < end; ++inside) {
      ASSERT_EQ(stage.holds.hold(inside), stage.holds.hold(rank));
      ASSERT_EQ(stage.holds.priority(inside, 0), stage.holds.priority(rank, 0));
    }
  }
}

TEST(Holds, ComeBackFromTheirText) {
  Stage stage({.seeds = 20, .characters = {"mia", "leo"}});
  stage.holds.set_sample(stage.sweep(), 5);
  ASSERT_TRUE(stage.give(Kind::kPause, "character=mia").ok());
  ASSERT_TRUE(stage.give(Kind::kPrefer, "seed=8", -5).ok());
  const Holds again = take(Holds::from_json(stage.sweep(), stage.holds.to_json()));
  EXPECT_EQ(again.to_json(), stage.holds.to_json());
  for (Rank rank = 0; rank < stage.sweep().positions(); ++rank) {
    EXPECT_EQ(again.hold(rank), stage.holds.hold(rank));
    EXPECT_EQ(again.priority(rank, 0), stage.holds.priority(rank, 0));
  }
}

TEST(Holds, DamagedTextIsRefused) {
  Stage stage({.seeds = 2});
  for (const char* text :
       {"", "[]", "{}", R"({"orders": 1})", R"({"orders": [{}]})", R"({"sample": -1, "orders": []})",
        R"({"orders": [{"do": "dance", "slice": ""}]})", R"({"orders": [{"do": "pause", "slice": "moon=1"}]})",
        R"({"sample": 1e30, "orders": []})"}) {
    EXPECT_FALSE(Holds::from_json(stage.sweep(), text).ok()) << text;
  }
}

// How often each value of an axis comes in a sample.
std::vector<std::uint64_t> tally(const manifest::Sweep& sweep, const IntervalSet& sample, const std::string& axis) {
  const std::size_t number = *sweep.axis_number(axis);
  std::vector<std::uint64_t> counts(sweep.axes()[number].size());
  for (const auto& [first, last] : sample.intervals()) {
    for (Rank rank = first; rank < last; ++rank) ++counts[sweep.digit(sweep.index_at(rank), number)];
  }
  return counts;
}

TEST(Sample, ShowsEveryValueAsOftenAsTheOthers) {
  Stage stage({.seeds = 50, .characters = {"mia", "leo", "ada", "kim"}});
  const IntervalSet sample = sample_of(stage.sweep(), 8);
  EXPECT_EQ(sample.size(), 8u);
  EXPECT_EQ(tally(stage.sweep(), sample, "character"), (std::vector<std::uint64_t>{2, 2, 2, 2}));
  const std::vector<std::uint64_t> seeds = tally(stage.sweep(), sample, "seed");
  EXPECT_EQ(seeds[0], 4u);
  EXPECT_EQ(seeds[1], 4u);
}

TEST(Sample, SpreadsOverSeveralAxes) {
  const std::string text = R"({"troupe": 1, "name": "s", "pack": "pocket", "prompt": "p",
    "sweep": {"axes": {"generate.guidance": [1, 2, 3, 4], "generate.steps": [5, 6, 7, 8], "seed": {"from": 1, "count": 9},
                       "generate.size": [[64, 64], [128, 128]]}},
    "chain": [{"generate": {}}]})";
  const auto manifest = take(manifest::Manifest::from_resolved(text));
  const IntervalSet sample = sample_of(manifest.sweep(), 8);
  EXPECT_EQ(sample.size(), 8u);
  for (const auto& [axis, most] : {std::pair{"generate.guidance", 3}, {"generate.steps", 3}, {"generate.size", 5}}) {
    for (const std::uint64_t count : tally(manifest.sweep(), sample, axis)) {
      EXPECT_GE(count, 1u) << axis;
      EXPECT_LE(count, static_cast<std::uint64_t>(most)) << axis;
    }
  }
  EXPECT_EQ(tally(manifest.sweep(), sample, "seed")[0], 8u);
}

TEST(Sample, HasNoExcludedCellsAndNeverMoreThanThereAre) {
  Stage stage({.seeds = 3, .characters = {"mia", "leo"}, .exclude_first = true});
  for (std::uint64_t cells = 1; cells < 5; ++cells) {
    const IntervalSet sample = sample_of(stage.sweep(), cells);
    EXPECT_EQ(sample.size(), cells);
    for (const auto& [first, last] : sample.intervals()) {
      for (Rank rank = first; rank < last; ++rank) {
        EXPECT_FALSE(stage.sweep().excluded(stage.sweep().index_at(rank)));
      }
    }
  }
  EXPECT_EQ(sample_of(stage.sweep(), 5).size(), stage.sweep().positions());
}

TEST(Sample, OfTenMillionCellsIsQuick) {
  Stage stage({.seeds = 10'000'000});
  EXPECT_EQ(sample_of(stage.sweep(), 100'000).size(), 100'000u);
}

}  // namespace
}  // namespace troupe::core
