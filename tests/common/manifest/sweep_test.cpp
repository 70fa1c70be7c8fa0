#include "common/manifest/sweep.h"

#include <algorithm>
#include <stdexcept>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::names;

std::vector<std::string> values(const std::string& prefix, std::uint64_t count) {
  std::vector<std::string> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(prefix + std::to_string(i));
  return made;
}

Sweep must_make(SweepSpec spec) {
  Result<Sweep> sweep = Sweep::make(std::move(spec));
  if (!sweep.ok()) throw std::runtime_error(sweep.status().to_string());  // fails the test
  return std::move(sweep).value();
}

TEST(SweepTest, FirstAxisVariesSlowest) {
  const Sweep sweep =
      must_make({{names("character", {"mia", "leo"}), names("pose", {"sit", "stand"})}, {}, {}, "", {}});
  EXPECT_EQ(sweep.address(0).to_string(), "character=mia,pose=sit");
  EXPECT_EQ(sweep.address(1).to_string(), "character=mia,pose=stand");
  EXPECT_EQ(sweep.address(2).to_string(), "character=leo,pose=sit");
}

TEST(SweepTest, ZippedAxesAreOneDigitAtTheEarliestPlace) {
  const Sweep sweep = must_make(
      {{names("scene", {"beach", "cafe"}), names("pose", {"sit", "stand"}), names("outfit", {"dress", "hoodie"})},
       {{{"outfit", "scene"}, {}}},
       {},
       "",
       {}});
  EXPECT_EQ(sweep.positions(), 4u);
  EXPECT_EQ(sweep.address(1).to_string(), "scene=beach,pose=stand,outfit=dress");
  EXPECT_EQ(sweep.address(2).to_string(), "scene=cafe,pose=sit,outfit=hoodie");
  EXPECT_EQ(sweep.index_of("outfit=hoodie,pose=sit").value(), 2u);
  const Result<JobIndex> contradictory = sweep.index_of("outfit=hoodie,scene=beach,pose=sit");
  ASSERT_FALSE(contradictory.ok());
  EXPECT_NE(contradictory.status().message().find("zipped"), std::string::npos);
}

TEST(SweepTest, AddressesSayWhatIsWrong) {
  const Sweep sweep =
      must_make({{names("character", {"mia", "leo"}), Axis::seeds(Seeds::range(1, 9))}, {}, {}, "", {}});
  const std::pair<const char*, const char*> wrong[] = {
      {"charcter=mia,seed=1", "did you mean \"character\""},
      {"character=mai,seed=1", "did you mean \"mia\""},
      {"character=mia,seed=10", "it has 1, 2, 3"},
      {"character=mia", "seed missing"},
      {"character=mia,character=leo,seed=1", "twice"},
      {"character", "write axis=value"},
      {"character=mia,", "nothing after"},
      {"18", "the last is 17"},
  };
  for (const auto& [address, part] : wrong) {
    const Result<JobIndex> index = sweep.index_of(address);
    ASSERT_FALSE(index.ok()) << address;
    EXPECT_NE(index.status().message().find(part), std::string::npos) << index.status().to_string();
  }
  EXPECT_EQ(sweep.index_of("17").value(), 17u);
}

TEST(SweepTest, SeedsAreOutermostInTheOrderOfRunning) {
  const Sweep sweep =
      must_make({{names("character", {"mia", "leo"}), Axis::seeds(Seeds::range(1, 3)), names("pose", {"sit", "stand"})},
                 {},
                 {},
                 "",
                 {}});
  std::vector<std::string> order;
  for (Rank rank = 0; rank < 5; ++rank) order.push_back(sweep.address(sweep.index_at(rank)).to_string());
  EXPECT_EQ(order, (std::vector<std::string>{"character=mia,seed=1,pose=sit", "character=mia,seed=1,pose=stand",
                                             "character=leo,seed=1,pose=sit", "character=leo,seed=1,pose=stand",
                                             "character=mia,seed=2,pose=sit"}));
}

TEST(SweepTest, SelectMakesItsAxisInnermost) {
  const Sweep sweep =
      must_make({{names("character", {"mia", "leo"}), Axis::seeds(Seeds::range(1, 3)), names("pose", {"sit", "stand"})},
                 {},
                 {},
                 "seed",
                 {}});
  EXPECT_EQ(sweep.address(sweep.index_at(0)).to_string(), "character=mia,seed=1,pose=sit");
  EXPECT_EQ(sweep.address(sweep.index_at(2)).to_string(), "character=mia,seed=3,pose=sit");
  EXPECT_EQ(sweep.address(sweep.index_at(3)).to_string(), "character=mia,seed=1,pose=stand");
}

TEST(SweepTest, TooManyCellsIsAnError) {
  const Result<Sweep> sweep =
      Sweep::make({{names("character", values("c", 11)), Axis::seeds(Seeds::range(0, 100'000'000))}, {}, {}, "", {}});
  ASSERT_FALSE(sweep.ok());
  EXPECT_NE(sweep.status().message().find("1000000000"), std::string::npos);
}

TEST(SweepTest, ABillionPositionsAreArithmetic) {
  const Sweep sweep = must_make({{names("character", values("c", 10)), Axis::seeds(Seeds::random(100'000'000, 5))},
                                 {},
                                 {{{{"character", {"c3", "c4"}, {}}}, {}}},
                                 "",
                                 {}});
  EXPECT_EQ(sweep.positions(), limits::kMaxCells);
  EXPECT_EQ(sweep.cells(), 800'000'000u);
  SeededRandom random(1);
  for (int i = 0; i < 2000; ++i) {
    const JobIndex index = random.below(sweep.positions());
    ASSERT_EQ(sweep.index_at(sweep.rank_of(index)), index);
    ASSERT_EQ(sweep.index_of(sweep.address(index).to_string()).value(), index);
  }
}

TEST(SweepTest, EntangledExcludesAreRefusedOrCountedQuickly) {
  SweepSpec spec;
  for (int axis = 0; axis < 29; ++axis) spec.axes.push_back(names("a" + std::to_string(axis), {"x", "y"}));
  // Each rule joins an axis to one far away, so that many combinations stay open while counting.
  for (int rule = 0; rule < 14; ++rule) {
    spec.excludes.push_back(
        {{{"a" + std::to_string(rule), {"x"}, {}}, {"a" + std::to_string(28 - rule), {"x"}, {}}}, {}});
  }
  const Sweep sweep = must_make(spec);
  std::uint64_t expected = 2;  // the axis in the middle; each pair has 3 combinations of 4 left
  for (int pair = 0; pair < 14; ++pair) expected *= 3;
  EXPECT_EQ(sweep.cells(), expected);
}

// A random sweep of at most some thousand positions.
SweepSpec random_spec(Random& random) {
  SweepSpec spec;
  const std::uint64_t axes = 1 + random.below(5);
  for (std::uint64_t axis = 0; axis < axes; ++axis) {
    spec.axes.push_back(names("a" + std::to_string(axis), values("v", 1 + random.below(4))));
  }
  if (random.chance(0.7)) {
    const std::uint64_t count = 1 + random.below(5);
    const Seeds seeds = random.chance(0.5) ? Seeds::range(10, count) : Seeds::random(count, 3);
    spec.axes.insert(spec.axes.begin() + static_cast<std::ptrdiff_t>(random.below(axes + 1)), Axis::seeds(seeds));
    if (random.chance(0.4)) spec.innermost = "seed";
  }
  ZipGroup zip;
  for (const Axis& axis : spec.axes) {
    if (axis.size() == spec.axes.front().size()) zip.axes.push_back(axis.name());
  }
  if (zip.axes.size() > 1 && random.chance(0.5)) spec.zips.push_back(zip);
  for (std::uint64_t rule = random.below(5); rule > 0; --rule) {
    ExcludeRule exclude;
    for (const Axis& axis : spec.axes) {
      if (axis.size() > 1 && random.chance(0.5)) {
        exclude.terms.push_back({axis.name(), {axis.text(0), axis.text(random.below(axis.size()))}, {}});
      }
    }
    if (!exclude.terms.empty()) spec.excludes.push_back(exclude);
  }
  return spec;
}

// What an exclude rule means, said in the plainest way.
bool is_excluded(const Sweep& sweep, JobIndex index) {
  const Address address = sweep.address(index);
  for (const ExcludeRule& rule : sweep.excludes()) {
    bool matches = true;
    for (const ExcludeRule::Term& term : rule.terms) {
      for (const AddressPart& part : address.parts) {
        if (part.axis == term.axis) matches &= std::ranges::find(term.values, part.value) != term.values.end();
      }
    }
    if (matches) return true;
  }
  return false;
}

TEST(SweepTest, RanksAndAddressesAreBijectionsOfRandomSweeps) {
  SeededRandom random(20260301);
  for (int round = 0; round < 300; ++round) {
    const Result<Sweep> made = Sweep::make(random_spec(random));
    if (!made.ok()) {
      EXPECT_NE(made.status().message().find("leaves no cell"), std::string::npos) << made.status().to_string();
      continue;
    }
    const Sweep& sweep = *made;
    std::vector<bool> ranks(sweep.positions(), false);
    std::uint64_t cells = 0;
    for (JobIndex index = 0; index < sweep.positions(); ++index) {
      const Rank rank = sweep.rank_of(index);
      ASSERT_LT(rank, sweep.positions());
      ASSERT_FALSE(ranks[rank]);
      ranks[rank] = true;
      ASSERT_EQ(sweep.index_at(rank), index);
      ASSERT_EQ(sweep.index_of(sweep.address(index).to_string()).value(), index);
      ASSERT_EQ(sweep.excluded(index), is_excluded(sweep, index)) << sweep.address(index).to_string();
      cells += !sweep.excluded(index);
    }
    ASSERT_EQ(sweep.cells(), cells);
  }
}

}  // namespace
}  // namespace troupe::manifest
