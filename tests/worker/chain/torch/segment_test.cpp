// The stage `segment` on a tiny CLIPSeg with random weights.
#include <gtest/gtest.h>

#include "tests/worker/chain/torch/small_pack.h"

namespace troupe::chain {
namespace {

using nlohmann::json;

Frame a_frame() {
  Frame frame;
  frame.image = picture::make_picture({56, 40}, 3, 0);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 56; ++x) {
      std::uint8_t* pixel = frame.image.at(x, y);
      pixel[0] = static_cast<std::uint8_t>(x * 4);
      pixel[1] = static_cast<std::uint8_t>(y * 6);
      pixel[2] = static_cast<std::uint8_t>(x * y);
    }
  }
  return frame;
}

class SegmentTest : public ::testing::Test {
 protected:
  Frame segmented(const json& parameters, Frame frame = a_frame()) {
    auto result = pack_.run("segment", parameters, std::move(frame));
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    return result.ok() ? std::move(result).value() : Frame();
  }
  void expect_refused(const json& parameters, const std::string& part, Frame frame = a_frame()) {
    const Status status = pack_.run("segment", parameters, std::move(frame)).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << status.message();
    EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
  }
  static const nlohmann::ordered_json& about(const Frame& frame) { return frame.metadata.at("stages").at("segment"); }
  // The share of the mask's pixels that are not 0.
  static double share(const picture::Picture& mask) {
    return static_cast<double>(mask.pixels.size() - static_cast<std::size_t>(std::ranges::count(mask.pixels, 0))) /
           static_cast<double>(mask.pixels.size());
  }

  // The highest threshold of a few that leaves neither an empty nor a whole mask of "red cup".
  double between() {
    for (double threshold = 0.95; threshold > 0.04; threshold -= 0.05) {
      const Frame frame =
          segmented({{"find", "red cup"}, {"threshold", threshold}, {"when_empty", "skip"}, {"when_whole", "skip"}});
      if (about(frame).at("result") == "found") return threshold;
    }
    ADD_FAILURE() << "the random network finds all or nothing";
    return 0.5;
  }

  SmallPack pack_;
};

TEST_F(SegmentTest, FindsAPhraseAndSaysHowWell) {
  const double threshold = between();
  const Frame frame = segmented({{"find", "red cup"}, {"threshold", threshold}, {"as", "cup"}});
  const picture::Picture& mask = frame.masks.at("cup");
  EXPECT_EQ(mask.width, 56);
  EXPECT_EQ(mask.height, 40);
  EXPECT_EQ(mask.channels, 1);
  EXPECT_EQ(about(frame).at("result"), "found");
  EXPECT_NEAR(about(frame).at("coverage").get<double>(), share(mask), 1e-9);
  EXPECT_GT(about(frame).at("peak").get<double>(), threshold);
  EXPECT_EQ(frame.image, a_frame().image);
  EXPECT_FALSE(frame.refused);
  ASSERT_FALSE(frame.models.empty());
  EXPECT_TRUE(frame.models[0].path.starts_with("finder/"));
}

TEST_F(SegmentTest, TheModelIsReadOnce) {
  segmented({{"find", "red cup"}, {"threshold", 0.0}, {"when_whole", "skip"}});
  EXPECT_GT(pack_.load_seconds, 0);
  segmented({{"find", "the hat"}, {"threshold", 0.0}, {"when_whole", "skip"}});
  EXPECT_EQ(pack_.load_seconds, 0);
}

TEST_F(SegmentTest, ABoxNeedsNoModel) {
  const json parameters{{"box", {0.25, 0.5, 0.5, 0.25}}};
  const Frame frame = segmented(parameters);
  EXPECT_EQ(about(frame).at("box"), json({14, 20, 28, 10}));
  EXPECT_DOUBLE_EQ(about(frame).at("coverage").get<double>(), 0.125);
  EXPECT_TRUE(frame.models.empty());
  const auto inputs = pack_.stage("segment", parameters).value()->inputs(pack_.context("segment"));
  EXPECT_TRUE(inputs->files.empty());
  EXPECT_EQ(inputs->numerics_class, "");
}

TEST_F(SegmentTest, InputsNameTheModelsFiles) {
  const auto inputs = pack_.stage("segment", {{"find", "cup"}}).value()->inputs(pack_.context("segment"));
  ASSERT_TRUE(inputs.ok()) << inputs.status().to_string();
  EXPECT_TRUE(std::ranges::any_of(inputs->files,
                                  [](const ModelFile& file) { return file.path == "finder/model.safetensors"; }));
  EXPECT_FALSE(inputs->seeded);
  EXPECT_NE(inputs->numerics_class.find("fp32"), std::string::npos);
}

TEST_F(SegmentTest, MasksAreGrownJoinedCutAndTurned) {
  const json left{{"box", {0, 0, 0.5, 1}}, {"as", "left"}};
  const Frame first = segmented(left);
  const auto covers = [&](json parameters, const Frame& frame) {
    parameters["as"] = "out";
    return about(segmented(parameters, frame)).at("coverage").get<double>();
  };
  EXPECT_DOUBLE_EQ(covers({{"box", {0.5, 0, 0.25, 1}}, {"union", "left"}}, first), 0.75);
  EXPECT_DOUBLE_EQ(covers({{"box", {0.25, 0, 0.5, 1}}, {"subtract", "left"}}, first), 0.25);
  EXPECT_DOUBLE_EQ(covers({{"box", {0.25, 0, 0.5, 1}}, {"subtract", "left"}, {"invert", true}}, first), 0.75);
  EXPECT_DOUBLE_EQ(covers({{"box", {0, 0, 0.5, 1}}, {"grow", 7}}, first), 35.0 / 56);
  EXPECT_DOUBLE_EQ(covers({{"box", {0, 0, 0.5, 1}}, {"grow", -7}}, first), 21.0 / 56);
  expect_refused({{"box", {0, 0, 0.5, 1}}, {"union", "right"}}, "right", first);
}

TEST_F(SegmentTest, FeatherSoftensAfterTheCoverageIsTaken) {
  const Frame frame = segmented({{"box", {0, 0, 0.5, 1}}, {"feather", 6}});
  const picture::Picture& mask = frame.masks.at("mask");
  EXPECT_DOUBLE_EQ(about(frame).at("coverage").get<double>(), 0.5);
  EXPECT_EQ(*mask.at(0, 20), 255);
  EXPECT_EQ(*mask.at(55, 20), 0);
  EXPECT_GT(*mask.at(30, 20), 0);
  EXPECT_LT(*mask.at(25, 20), 255);
}

TEST_F(SegmentTest, AnEmptyMaskIsANamedResult) {
  const json nothing{{"find", "red cup"}, {"threshold", 1.0}};
  expect_refused(nothing, "\"red cup\"");
  expect_refused(nothing, "when_empty");
  json parameters = nothing;
  parameters["when_empty"] = "skip";
  const Frame skipped = segmented(parameters);
  EXPECT_EQ(about(skipped).at("result"), "empty");
  EXPECT_EQ(share(skipped.masks.at("mask")), 0);
  EXPECT_FALSE(skipped.refused);
  parameters["when_empty"] = "reseed";
  const Frame reseed = segmented(parameters);
  ASSERT_TRUE(reseed.refused);
  EXPECT_NE(reseed.refused->find("0.00 %"), std::string::npos) << *reseed.refused;
}

TEST_F(SegmentTest, AWholeMaskIsANamedResult) {
  const json all{{"box", {0, 0, 1, 0.99}}};
  expect_refused(all, "when_whole");
  json parameters = all;
  parameters["when_whole"] = "skip";
  const Frame skipped = segmented(parameters);
  EXPECT_EQ(about(skipped).at("result"), "whole");
  EXPECT_EQ(share(skipped.masks.at("mask")), 0) << "stages that use it leave the picture alone";
  parameters["when_whole"] = "reseed";
  EXPECT_TRUE(segmented(parameters).refused);
}

TEST_F(SegmentTest, ParametersThatCannotBeAreNamed) {
  expect_refused({{"threshold", 0.4}}, "box");
  expect_refused({{"find", "cup"}, {"box", {0, 0, 1, 1}}}, "box");
  expect_refused({{"find", "cup"}, {"threshold", 2}}, "threshold");
  expect_refused({{"find", "cup"}, {"when_empty", "cry"}}, "when_empty");
  expect_refused({{"find", 3}}, "parameters");
  expect_refused({{"find", "cup"}, {"model", "other"}}, "other");
  expect_refused({{"find", "   "}}, "empty");
  expect_refused({{"find", "cup"}}, "picture", Frame());
}

TEST_F(SegmentTest, OnePixelIsEnough) {
  Frame frame;
  frame.image = picture::make_picture({1, 1}, 3, 128);
  segmented({{"find", "red cup"}, {"when_empty", "skip"}, {"when_whole", "skip"}}, frame);
}

TEST_F(SegmentTest, ADamagedModelIsTheModelsFault) {
  std::filesystem::resize_file(pack_.path() + "/finder/model.safetensors", 1000);
  const Status status = pack_.run("segment", {{"find", "cup"}}, a_frame()).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("model.safetensors"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace troupe::chain
