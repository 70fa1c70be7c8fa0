#include "common/manifest/output_path.h"

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::names;

PathPiece literal(const std::string& text) {
  return {PathPiece::Kind::kLiteral, text, 0};
}
PathPiece axis(std::size_t number) {
  return {PathPiece::Kind::kAxis, "", number};
}
const PathPiece kIndex{PathPiece::Kind::kIndex, "", 0};

Sweep sweep_of(std::vector<Axis> axes, std::vector<ZipGroup> zips = {}) {
  return Sweep::make({std::move(axes), std::move(zips), {}, "", {}}).value();
}

TEST(OutputPathTest, NamesTheMissingAxes) {
  const Sweep sweep = sweep_of({names("character", {"mia", "leo"}), names("pose", {"sit"}), names("scene", {"a", "b"}),
                                Axis::seeds(Seeds::range(1, 3))});
  const Status status = check_separates(sweep, {axis(0), literal(".png")});
  EXPECT_NE(status.message().find("add {scene}, {seed}"), std::string::npos) << status.to_string();
  EXPECT_TRUE(check_separates(sweep, {axis(0), literal("-"), axis(2), literal("-"), axis(3), literal(".png")}).ok());
  EXPECT_TRUE(check_separates(sweep, {kIndex, literal(".png")}).ok());
}

TEST(OutputPathTest, ZippedAxesCoverEachOtherWhereTheirValuesDiffer) {
  const Sweep distinct =
      sweep_of({names("scene", {"beach", "cafe"}), names("outfit", {"dress", "hoodie"})}, {{{"scene", "outfit"}, {}}});
  EXPECT_TRUE(check_separates(distinct, {axis(1), literal(".png")}).ok());
  const Sweep repeated =
      sweep_of({names("scene", {"beach", "beach"}), names("outfit", {"dress", "hoodie"})}, {{{"scene", "outfit"}, {}}});
  EXPECT_NE(check_separates(repeated, {axis(0), literal(".png")}).message().find("add {outfit}"), std::string::npos);
  EXPECT_TRUE(check_separates(repeated, {axis(1), literal(".png")}).ok());
}

TEST(OutputPathTest, ValuesMustNotRunIntoEachOther) {
  const Sweep joined = sweep_of({names("a", {"x", "xy"}), names("b", {"yz", "z"})});
  EXPECT_NE(check_separates(joined, {axis(0), axis(1), literal(".png")}).message().find("{a} and {b}"),
            std::string::npos);
  EXPECT_TRUE(check_separates(joined, {axis(0), literal("/"), axis(1), literal(".png")}).ok());

  const Sweep dashed = sweep_of({names("a", {"x", "x-y"}), names("b", {"y-z", "z"})});
  EXPECT_FALSE(check_separates(dashed, {axis(0), literal("-"), axis(1), literal(".png")}).ok());

  const Sweep harmless = sweep_of({names("a", {"x", "x-y"}), names("b", {"p", "q-p"})});
  EXPECT_TRUE(check_separates(harmless, {axis(0), literal("-"), axis(1), literal(".png")}).ok());
}

TEST(OutputPathTest, ARepeatedAxisIsKnownFromItsFirstPlace) {
  const Sweep sweep = sweep_of({names("a", {"x", "x-y"}), names("b", {"y-z", "z"})});
  EXPECT_TRUE(check_separates(sweep, {axis(0), literal("/"), axis(0), literal("-"), axis(1), literal(".png")}).ok());
}

TEST(OutputPathTest, SeedsBesideNumbersNeedASeparator) {
  const Sweep sweep = sweep_of({names("a", {"v1", "v10"}), Axis::seeds(Seeds::range(0, 100'000'000))});
  EXPECT_FALSE(check_separates(sweep, {axis(0), axis(1), literal(".png")}).ok());
  EXPECT_TRUE(check_separates(sweep, {axis(0), literal("-"), axis(1), literal(".png")}).ok());
  EXPECT_TRUE(check_separates(sweep, {axis(1), literal("-"), axis(0), literal(".png")}).ok());
}

}  // namespace
}  // namespace troupe::manifest
