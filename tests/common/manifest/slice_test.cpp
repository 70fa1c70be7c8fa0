#include "common/manifest/slice.h"

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::names;

Sweep farm() {
  SweepSpec spec;
  spec.axes = {names("character", {"mia", "leo", "kim"}), names("scene", {"beach", "cafe"}),
               names("outfit", {"dress", "hoodie"}), Axis::seeds(Seeds::range(1, 20)),
               Axis::parameter("generate.guidance", {{"4", 4.0}, {"5.5", 5.5}, {"7", 7.0}})};
  spec.zips = {{{"scene", "outfit"}, {}}};
  spec.excludes = {{{{"character", {"leo"}, {}}, {"seed", {"3", "4"}, {}}}, {}}};
  return Sweep::make(spec).value();
}

TEST(SliceTest, ListsExactlyWhatMatches) {
  const Sweep sweep = farm();
  for (const char* text :
       {"", "character=mia", "character=leo|kim,seed=3..7|9", "scene=cafe", "outfit=dress,seed=1",
        "generate.guidance=4.0", "generate.guidance=5..7,character=leo", "scene=cafe,outfit=dress"}) {
    const Result<Slice> slice = Slice::parse(sweep, text);
    ASSERT_TRUE(slice.ok()) << slice.status().to_string();
    std::vector<JobIndex> walked;
    std::uint64_t cells = 0;
    for (JobIndex index = 0; index < sweep.positions(); ++index) {
      if (!slice->matches(index)) continue;
      walked.push_back(index);
      cells += !sweep.excluded(index);
    }
    ASSERT_EQ(slice->positions(), walked.size()) << text;
    for (std::uint64_t k = 0; k < walked.size(); ++k) ASSERT_EQ(slice->at(k), walked[k]) << text;
    EXPECT_EQ(slice->cells(), cells) << text;
  }
  EXPECT_TRUE(Slice::parse(sweep, "")->everything());
  EXPECT_EQ(Slice::parse(sweep, "scene=cafe,outfit=dress")->positions(), 0u);
  EXPECT_EQ(Slice::parse(sweep, "character=leo|kim,seed=3..7|9")->positions(), 2u * 6 * 2 * 3);
}

TEST(SliceTest, UnknownAxesAndValuesAreUsageErrors) {
  const Sweep sweep = farm();
  const std::pair<const char*, const char*> wrong[] = {
      {"charakter=mia", "did you mean \"character\""},
      {"character=mai", "did you mean \"mia\"?); it has mia, leo, kim"},
      {"seed=21", "seed has no value \"21\""},
      {"seed=a..b", "no range of seeds"},
      {"generate.guidance=8", "it has 4, 5.5, 7"},
      {"character=mia|", "no value \"\""},
      {"seed", "write axis=value"},
      {"character=mia,character=leo", "join values with |"},
  };
  for (const auto& [text, part] : wrong) {
    const Result<Slice> slice = Slice::parse(sweep, text);
    ASSERT_FALSE(slice.ok()) << text;
    EXPECT_EQ(slice.status().code(), Code::kInvalid);
    EXPECT_NE(slice.status().message().find(part), std::string::npos) << slice.status().to_string();
  }
}

TEST(SliceTest, SlicesOfABillionAreNotWalked) {
  SweepSpec spec;
  spec.axes = {names("character", {"mia", "leo"}), Axis::seeds(Seeds::range(0, 500'000'000))};
  const Sweep sweep = Sweep::make(spec).value();
  const Slice slice = Slice::parse(sweep, "seed=1000..400000000").value();
  EXPECT_EQ(slice.positions(), 2u * 399'999'001);
  EXPECT_EQ(sweep.address(slice.at(399'999'001)).to_string(), "character=leo,seed=1000");
}

}  // namespace
}  // namespace troupe::manifest
