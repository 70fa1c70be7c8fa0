#include <filesystem>

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::must_load;
using testing::TempFolder;
using testing::tiny_png;

const char* const kIncluding =
    "troupe: 1\nname: with-library\ninclude: [cast/*.yaml]\nprompt: \"{character}, {light}\"\n"
    "sweep: {axes: {character: [eve, kim], light: [soft]}}\nchain: [generate: {size: [64, 64]}]\n";

Status error_of(const TempFolder& folder, const std::string& text) {
  const Result<Manifest> manifest = Manifest::load(folder.write("campaign.yaml", text));
  return manifest.ok() ? Status() : manifest.status();
}

TEST(IncludeTest, MergesGroupsOfOtherFiles) {
  const TempFolder folder;
  folder.write("cast/eve.yaml", "characters: {eve: {prompt: eve, reference: faces/eve.png}}\n");
  folder.write("cast/kim.yaml", "characters: {kim: kim, unused: {prompt: x, reference: faces/gone.png}}\n");
  folder.write("cast/light.yaml", "lights: {soft: soft light}\n");
  folder.write("cast/faces/eve.png", tiny_png("eve"));

  const Manifest manifest = must_load(folder, kIncluding);

  const NamedPrompt* eve = manifest.find_group("characters")->find("eve");
  ASSERT_TRUE(eve && eve->reference);
  EXPECT_EQ(eve->reference->path, "cast/faces/eve.png");
  EXPECT_EQ(manifest.reference_files().front().path, folder.path() + "/cast/faces/eve.png");
  EXPECT_EQ(manifest.find_group("characters")->entries.size(), 2u);
  EXPECT_EQ(manifest.resolved().find("include"), std::string::npos);
}

TEST(IncludeTest, ErrorsNameTheIncludedFile) {
  const TempFolder folder;
  folder.write("cast/all.yaml", "characters:\n  eve: {promt: eve}\n");
  const Status status = error_of(folder, kIncluding);
  ASSERT_TRUE(status.place());
  EXPECT_EQ(status.place()->file, folder.path() + "/cast/all.yaml");
  EXPECT_EQ(status.place()->line, 2);
  EXPECT_EQ(status.place()->column, 9);
}

TEST(IncludeTest, OneNameTwiceIsAnError) {
  const TempFolder folder;
  folder.write("cast/a.yaml", "characters: {eve: a}\n");
  folder.write("cast/b.yaml", "characters: {eve: b}\n");
  const Status status = error_of(folder, kIncluding);
  EXPECT_NE(status.message().find("characters.eve is there already"), std::string::npos) << status.to_string();
  EXPECT_NE(status.message().find("cast/a.yaml line 1"), std::string::npos) << status.to_string();
  EXPECT_EQ(status.place()->file, folder.path() + "/cast/b.yaml");
}

TEST(IncludeTest, IncludedFilesHoldGroupsOnly) {
  const TempFolder folder;
  folder.write("cast/a.yaml", "characters: {eve: a}\nchain: []\n");
  EXPECT_NE(error_of(folder, kIncluding).message().find("no place in an included file"), std::string::npos);
}

TEST(IncludeTest, PatternsMustMatchAndStayInside) {
  const TempFolder folder;
  const auto including = [](const std::string& pattern) {
    return "troupe: 1\nname: x\ninclude: [" + pattern + "]\nprompt: p\nchain: [generate: {size: [64, 64]}]\n";
  };
  EXPECT_NE(error_of(folder, including("none/*.yaml")).message().find("no file matches"), std::string::npos);
  EXPECT_NE(error_of(folder, including("../*.yaml")).message().find("below the manifest's folder"), std::string::npos);
  EXPECT_NE(error_of(folder, including("/etc/*")).message().find("below the manifest's folder"), std::string::npos);
}

TEST(IncludeTest, LinksDoNotLeadOut) {
  const TempFolder outside;
  const std::string secret = outside.write("secret.yaml", "characters: {eve: a}\n");
  const TempFolder folder;
  std::filesystem::create_symlink(secret, folder.path() + "/link.yaml");
  const Status status =
      error_of(folder, "troupe: 1\nname: x\ninclude: [link.yaml]\nprompt: p\nchain: [generate: {size: [64, 64]}]\n");
  EXPECT_NE(status.message().find("leads out"), std::string::npos) << status.to_string();
}

}  // namespace
}  // namespace troupe::manifest
