#include "common/manifest/manifest.h"

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::kSpringDrop;
using testing::load_text;
using testing::must_load;
using testing::small_manifest;
using testing::TempFolder;

TEST(ManifestTest, ReadsTheExampleOfTheDesign) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, kSpringDrop);

  EXPECT_EQ(manifest.sweep().positions(), 1600u);
  EXPECT_EQ(manifest.sweep().cells(), 1200u);
  EXPECT_EQ(manifest.name(), "spring-drop");
  EXPECT_EQ(manifest.project(), "acme");
  EXPECT_EQ(manifest.pack(), "pocket");
  EXPECT_EQ(manifest.require_tags(), std::vector<std::string>{"gpu"});
  EXPECT_EQ(manifest.limits().timeout, std::chrono::minutes(10));
  EXPECT_EQ(manifest.limits().reseed, 2);
  EXPECT_EQ(manifest.limits().hours, 5.0);
  EXPECT_EQ(manifest.gates().identity, 0.45);
  EXPECT_TRUE(manifest.gates().blank);
  ASSERT_TRUE(manifest.select());
  EXPECT_EQ(manifest.select()->keep, 2u);
  EXPECT_TRUE(manifest.output().sheet);
  ASSERT_EQ(manifest.chain().size(), 5u);
  EXPECT_EQ(manifest.chain()[2].name, "inpaint");
  EXPECT_EQ(manifest.chain()[2].parameters["strength"], 0.8);

  ASSERT_TRUE(manifest.find_group("characters"));
  const NamedPrompt* mia = manifest.find_group("characters")->find("mia");
  ASSERT_TRUE(mia);
  EXPECT_EQ(mia->consent, "release-2026-114");
  ASSERT_TRUE(mia->reference);
  EXPECT_EQ(mia->reference->path, "refs/mia.png");
  EXPECT_EQ(mia->reference->digest, sha256(testing::tiny_png("mia")));
  ASSERT_EQ(manifest.reference_files().size(), 2u);
  EXPECT_EQ(manifest.reference_digests().size(), 2u);
}

TEST(ManifestTest, FillsDefaults) {
  const TempFolder folder;
  const Manifest manifest =
      must_load(folder, "troupe: 1\nname: one\nprompt: a cat\nchain:\n  - generate: {size: 64x32}\n");

  EXPECT_EQ(manifest.project(), "default");
  EXPECT_EQ(manifest.pack(), "pocket");
  EXPECT_EQ(manifest.sweep().positions(), 1u);
  EXPECT_EQ(manifest.limits().retries, 3);
  EXPECT_EQ(manifest.output().path, "{index}.png");
  const nlohmann::json& generate = manifest.chain()[0].parameters;
  EXPECT_EQ(generate["size"], nlohmann::json({64, 32}));
  EXPECT_EQ(generate["steps"], 20);
  EXPECT_EQ(generate["sampler"], "dpmpp_2m");
  EXPECT_EQ(generate["guidance"], 7.5);
  EXPECT_EQ(generate["dtype"], "auto");
}

TEST(ManifestTest, NamesRepeatedStages) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder,
                                      "troupe: 1\nname: twice\nprompt: a cat\nchain:\n  - generate: {size: [64, 64]}\n "
                                      " - upscale\n  - upscale: {factor: 4}\n");
  EXPECT_EQ(manifest.chain()[1].name, "upscale");
  EXPECT_EQ(manifest.chain()[2].name, "upscale2");
  EXPECT_EQ(manifest.chain()[1].parameters["factor"], 2);
}

TEST(ManifestTest, KeepsOnlyWhatIsUsed) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, small_manifest("sweep: {axes: {character: [leo]}}\n"));
  ASSERT_EQ(manifest.groups().size(), 1u);
  EXPECT_EQ(manifest.groups()[0].entries.size(), 1u);
  EXPECT_TRUE(manifest.reference_files().empty());
}

TEST(ManifestTest, GroupsHaveTheirAxesInTheSingular) {
  const TempFolder folder;
  const Manifest manifest = must_load(
      folder, small_manifest("sweep: {axes: {accessory: [hat], dress: [red], light: [soft]}}\n",
                             "accessories: {hat: a hat}\ndresses: {red: a red dress}\nlight: {soft: soft light}\n"));
  EXPECT_EQ(manifest.sweep().axes()[0].group(), "accessories");
  EXPECT_EQ(manifest.sweep().axes()[1].group(), "dresses");
  EXPECT_EQ(manifest.sweep().axes()[2].group(), "light");
}

TEST(ManifestTest, TenMillionCellsAreOneStep) {
  const TempFolder folder;
  const Manifest manifest = must_load(
      folder,
      small_manifest("sweep:\n  axes: {character: [mia, leo], pose: [sit, stand], seed: {from: 0, count: 2500000}}\n"
                     "  exclude: [{character: leo, pose: sit, seed: [5, 7]}, {seed: 2499999}]\n"));
  EXPECT_EQ(manifest.sweep().positions(), 10'000'000u);
  EXPECT_EQ(manifest.sweep().cells(), 10'000'000u - 2 - 4);
}

TEST(ManifestTest, AnchorsMayBeUsed) {
  const TempFolder folder;
  const Manifest manifest =
      must_load(folder, "troupe: 1\nname: one\nprompt: &p a cat\nnegative: *p\nchain: [generate: {size: [64, 64]}]\n");
  EXPECT_EQ(manifest.negative(), "a cat");
}

TEST(ManifestTest, MissingFileIsAnErrorOfTheManifest) {
  const Result<Manifest> manifest = Manifest::load("/no/such/campaign.yaml");
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.status().code(), Code::kInvalid);
  EXPECT_EQ(manifest.status().place()->file, "/no/such/campaign.yaml");
}

}  // namespace
}  // namespace troupe::manifest
