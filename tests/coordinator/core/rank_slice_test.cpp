#include "coordinator/core/rank_slice.h"

#include <gtest/gtest.h>

#include "common/manifest/manifest.h"
#include "tests/support/take.h"

namespace troupe::core {
namespace {

// Two zipped axes, three that are not, some cells excluded; `select` moves an axis innermost.
constexpr char kManifest[] = R"({"troupe": 1, "name": "spring", "pack": "pocket", "prompt": "photo of {character}",
  "characters": {"mia": {"prompt": "m"}, "leo": {"prompt": "l"}, "ada": {"prompt": "a"}},
  "scenes": {"sea": {"prompt": "s"}, "bar": {"prompt": "b"}},
  "outfits": {"red": {"prompt": "r"}, "tan": {"prompt": "t"}},
  "sweep": {"axes": {"character": ["mia", "leo", "ada"], "scene": ["sea", "bar"], "outfit": ["red", "tan"],
                     "seed": {"from": 1, "count": 5}, "generate.guidance": [4, 5, 6, 7]},
            "zip": [["scene", "outfit"]], "exclude": [{"character": ["leo"], "seed": [2]}]},
  "chain": [{"generate": {"size": [64, 64], "steps": 2}}]})";

class RankSlices : public ::testing::TestWithParam<const char*> {};

TEST_P(RankSlices, RunsAreThoseThatAWalkFinds) {
  const auto manifest = take(manifest::Manifest::from_resolved(kManifest));
  const manifest::Sweep& sweep = manifest.sweep();
  const auto slice = take(manifest::Slice::parse(sweep, GetParam()));
  const RankSlice ranks(sweep, slice);
  for (Rank rank = 0; rank < sweep.positions(); ++rank) {
    ASSERT_EQ(ranks.contains(rank), slice.matches(sweep.index_at(rank))) << rank;
    const Rank end = ranks.end_of_run(rank);
    ASSERT_GT(end, rank);
    ASSERT_LE(end, sweep.positions());
    for (Rank inside = rank; inside < end; ++inside) ASSERT_EQ(ranks.contains(inside), ranks.contains(rank)) << rank;
  }
}

// A slice of the slowest axis is few runs, however many cells it has.
TEST(RankSlice, SlowAxesAreLongRuns) {
  const auto manifest = take(manifest::Manifest::from_resolved(kManifest));
  const manifest::Sweep& sweep = manifest.sweep();
  const RankSlice ranks(sweep, take(manifest::Slice::parse(sweep, "seed=2..3")));
  EXPECT_EQ(ranks.end_of_run(0), sweep.positions() / 5);
  EXPECT_EQ(ranks.end_of_run(sweep.positions() / 5), sweep.positions() * 3 / 5);
}

INSTANTIATE_TEST_SUITE_P(All, RankSlices,
                         ::testing::Values("", "character=mia", "character=mia|ada", "seed=2..3", "seed=1|5",
                                           "generate.guidance=5", "scene=sea,generate.guidance=4|6",
                                           "outfit=tan,seed=1,character=leo", "scene=sea,outfit=tan"));

}  // namespace
}  // namespace troupe::core
