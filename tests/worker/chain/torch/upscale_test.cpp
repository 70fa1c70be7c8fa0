// The stage `upscale` on tiny networks with random weights.
#include <gtest/gtest.h>

#include "tests/worker/chain/torch/small_pack.h"

namespace troupe::chain {
namespace {

using nlohmann::json;

Frame a_frame(picture::Extent extent = {20, 12}) {
  Frame frame;
  frame.image = picture::make_picture(extent, 3, 0);
  for (std::size_t i = 0; i < frame.image.pixels.size(); ++i) {
    frame.image.pixels[i] = static_cast<std::uint8_t>(i * 37 % 251);
  }
  frame.masks["left"] = picture::make_picture(extent, 1, 0);
  for (int y = 0; y < extent.height; ++y)
    std::fill_n(frame.masks["left"].at(0, y), extent.width / 2, std::uint8_t{255});
  return frame;
}

class UpscaleTest : public ::testing::Test {
 protected:
  Frame enlarged(const json& parameters, Frame frame = a_frame()) {
    auto result = pack_.run("upscale", parameters, std::move(frame));
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    return result.ok() ? std::move(result).value() : Frame();
  }
  Status refused(const json& parameters, Frame frame = a_frame()) {
    return pack_.run("upscale", parameters, std::move(frame)).status();
  }
  static const nlohmann::ordered_json& about(const Frame& frame) { return frame.metadata.at("stages").at("upscale"); }

  SmallPack pack_;
};

TEST_F(UpscaleTest, EnlargesByTheNetworksOwnScale) {
  const Frame frame = enlarged({{"factor", 4}});
  EXPECT_EQ(frame.image.width, 80);
  EXPECT_EQ(frame.image.height, 48);
  EXPECT_EQ(about(frame).at("from"), json({20, 12}));
  EXPECT_EQ(about(frame).at("to"), json({80, 48}));
  EXPECT_EQ(about(frame).at("scale"), 4);
  ASSERT_EQ(frame.models.size(), 1u);
  EXPECT_EQ(frame.models[0].path, "x4.safetensors");
  EXPECT_GT(pack_.load_seconds, 0);
  EXPECT_EQ(enlarged({{"factor", 4}}).image, frame.image) << "the same again";
  EXPECT_EQ(pack_.load_seconds, 0);
}

TEST_F(UpscaleTest, MasksGoAlong) {
  const Frame frame = enlarged({{"factor", 4}});
  const picture::Picture& mask = frame.masks.at("left");
  EXPECT_EQ(mask.width, 80);
  EXPECT_EQ(mask.height, 48);
  EXPECT_EQ(std::ranges::count(mask.pixels, 255), 40 * 48);
  EXPECT_EQ(std::ranges::count(mask.pixels, 0), 40 * 48);
}

TEST_F(UpscaleTest, AnyFactorOrSizeIsExact) {
  for (const int factor : {1, 2, 3, 5, 8}) {
    const Frame frame = enlarged({{"factor", factor}});
    EXPECT_EQ(frame.image.width, 20 * factor);
    EXPECT_EQ(frame.image.height, 12 * factor);
  }
  const Frame frame = enlarged({{"size", {33, 21}}});
  EXPECT_EQ(frame.image.width, 33);
  EXPECT_EQ(frame.image.height, 21);
  EXPECT_EQ(frame.masks.at("left").width, 33);
}

TEST_F(UpscaleTest, TheModelIsChosenByName) {
  const Frame frame = enlarged({{"factor", 2}, {"model", "x2"}});
  EXPECT_EQ(about(frame).at("scale"), 2);
  EXPECT_EQ(frame.models[0].path, "x2.pth");
  const auto inputs =
      pack_.stage("upscale", {{"factor", 2}, {"model", "x2"}}).value()->inputs(pack_.context("upscale"));
  ASSERT_EQ(inputs->files.size(), 1u);
  EXPECT_EQ(inputs->files[0].path, "x2.pth");
  EXPECT_EQ(refused({{"factor", 2}, {"model", "x9"}}).code(), Code::kInvalid);
}

TEST_F(UpscaleTest, OnePixelIsEnough) {
  EXPECT_EQ(enlarged({{"factor", 4}}, a_frame({1, 1})).image.width, 4);
}

TEST_F(UpscaleTest, WhatCannotBeIsTheInputsFault) {
  EXPECT_EQ(refused({{"factor", 0}}).code(), Code::kInvalid);
  EXPECT_EQ(refused({{"factor", 9}}).code(), Code::kInvalid);
  EXPECT_EQ(refused(json::object()).code(), Code::kInvalid);
  EXPECT_EQ(refused({{"factor", 2}, {"size", {8, 8}}}).code(), Code::kInvalid);
  EXPECT_EQ(refused({{"factor", 2}, {"tile", 8}}).code(), Code::kInvalid);
  EXPECT_EQ(refused({{"factor", "two"}}).code(), Code::kInvalid);
  EXPECT_EQ(refused({{"size", {100'000, 8}}}).code(), Code::kTooLarge);
  EXPECT_EQ(refused({{"factor", 8}}, a_frame({3000, 2})).code(), Code::kTooLarge);
  EXPECT_EQ(refused({{"factor", 2}}, Frame()).code(), Code::kInvalid);
}

TEST_F(UpscaleTest, ADamagedModelIsTheModelsFault) {
  std::filesystem::resize_file(pack_.path() + "/x2.pth", 2000);
  const Status status = refused({{"factor", 2}, {"model", "x2"}});
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("x2.pth"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace troupe::chain
