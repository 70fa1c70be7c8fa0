#include "coordinator/cli/picture_story.h"

#include <gtest/gtest.h>

#include "common/picture/jpeg.h"
#include "common/picture/png.h"
#include "common/picture/xmp.h"
#include "tests/support/temp_folder.h"

namespace troupe::cli {
namespace {

using testing::TempFolder;

std::string png(const picture::TextChunks& texts) {
  return picture::encode_png(picture::make_picture({8, 8}, 3, 9), texts).value();
}

TEST(PictureStory, TellsAllThatTroupeWrote) {
  const TempFolder folder;
  const std::string path = folder.write(
      "a.png",
      png({{picture::kParametersKey, "a cat\nNegative prompt: dull\nSteps: 4, Sampler: DDIM, Seed: 7"},
           {"troupe", R"({"address": "seed=7", "models": {"sd/unet": "abc"}, "chain": [{"stage": "generate"}]})"},
           {picture::kXmpKey, picture::xmp_packet({"release <7> & more"})}}));
  const auto story = picture_story(path);
  ASSERT_TRUE(story.ok()) << story.status().to_string();
  EXPECT_EQ(story->at("schema"), 1);
  EXPECT_EQ(story->at("infotext").at("prompt"), "a cat");
  EXPECT_EQ(story->at("infotext").at("negative"), "dull");
  EXPECT_EQ(story->at("infotext").at("fields").at(2), (nlohmann::json{{"key", "Seed"}, {"value", "7"}}));
  EXPECT_EQ(story->at("troupe").at("address"), "seed=7");
  EXPECT_EQ(story->at("xmp").at("digital_source_type"), picture::kTrainedAlgorithmicMedia);
  EXPECT_EQ(story->at("xmp").at("consents"), nlohmann::json::array({"release <7> & more"}));
  EXPECT_EQ(story->at("texts").size(), 3u);
}

TEST(PictureStory, TellsWhatOtherToolsWrote) {
  const TempFolder folder;
  const auto story = picture_story(folder.write("a.png", png({{"prompt", "{\"3\": {\"class_type\": \"KSampler\"}}"}})));
  ASSERT_TRUE(story.ok());
  EXPECT_TRUE(story->at("infotext").is_null());
  EXPECT_TRUE(story->at("troupe").is_null());
  EXPECT_TRUE(story->at("xmp").is_null());
  EXPECT_EQ(story->at("texts").at(0).at("key"), "prompt");
}

TEST(PictureStory, DamagedTextIsNoTruth) {
  const TempFolder folder;
  for (const std::string& text : {std::string("{"), std::string("[1]"), std::string(5000, '[')}) {
    const auto story = picture_story(folder.write("a.png", png({{"troupe", text}})));
    ASSERT_TRUE(story.ok());
    EXPECT_TRUE(story->at("troupe").is_null()) << text.substr(0, 9);
  }
}

TEST(PictureStory, APictureWithoutAnySaysSo) {
  const TempFolder folder;
  const std::string jpeg = picture::encode_jpeg(picture::make_picture({8, 8}, 3, 9)).value();
  for (const std::string& path : {folder.write("a.png", png({})), folder.write("a.jpg", jpeg)}) {
    const Status status = picture_story(path).status();
    EXPECT_EQ(status.code(), Code::kNotFound);
    EXPECT_NE(status.message().find("says nothing of how it was made"), std::string::npos) << status.to_string();
  }
  EXPECT_EQ(picture_story(folder.write("b.txt", "hello")).status().code(), Code::kInvalid);
  EXPECT_EQ(picture_story(folder.write("c.png", png({}).substr(0, 60))).status().code(), Code::kCorrupt);
  EXPECT_EQ(picture_story(folder.path() + "/none.png").status().code(), Code::kNotFound);
}

TEST(Printable, NothingSteersTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2J\nb\x7f"), "a?[2J\nb?");
}

}  // namespace
}  // namespace troupe::cli
