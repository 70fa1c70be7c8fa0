#include "common/picture/resize.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

#include "common/base/limits.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

double mean(const Picture& picture) {
  return std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) /
         static_cast<double>(picture.pixels.size());
}

TEST(Resize, KeepsAPlainColour) {
  for (const int channels : {1, 3, 4}) {
    const Picture plain = make_picture({13, 9}, channels, 200);
    for (const Extent to : {Extent{26, 18}, {5, 4}, {40, 3}, {1, 1}, {13, 100}}) {
      for (const Enlarge enlarge : {Enlarge::kLanczos3, Enlarge::kBicubic}) {
        EXPECT_EQ(resize(plain, to, enlarge).value(), make_picture(to, channels, 200));
      }
    }
  }
}

TEST(Resize, TheSameExtentIsTheSamePicture) {
  const Picture picture = sample_picture({20, 10}, 3);
  EXPECT_EQ(resize(picture, {20, 10}).value(), picture);
}

TEST(Resize, ShrinkingAverages) {
  EXPECT_EQ(resize({2, 2, 1, {0, 100, 200, 100}}, {1, 1})->pixels, (std::vector<std::uint8_t>{100}));
  EXPECT_EQ(resize({3, 1, 1, {0, 90, 180}}, {2, 1})->pixels, (std::vector<std::uint8_t>{30, 150}));
  const Picture picture = sample_picture({64, 48}, 3);
  EXPECT_NEAR(mean(resize(picture, {16, 12}).value()), mean(picture), 0.5);
}

TEST(Resize, EnlargingKeepsEdgesWhereTheyAre) {
  const Picture edge{4, 1, 1, {0, 0, 255, 255}};
  for (const Enlarge enlarge : {Enlarge::kLanczos3, Enlarge::kBicubic}) {
    const Picture wide = resize(edge, {16, 1}, enlarge).value();
    EXPECT_LT(wide.pixels[6], 64);
    EXPECT_GT(wide.pixels[9], 191);
    for (int i = 0; i < 16; ++i) EXPECT_NEAR(wide.pixels[i], 255 - wide.pixels[15 - i], 1);
  }
}

TEST(Resize, LanczosIsCrisperThanBicubic) {
  const Picture stripes{8, 1, 1, {50, 200, 50, 200, 50, 200, 50, 200}};
  const auto contrast = [&](Enlarge enlarge) {
    const Picture wide = resize(stripes, {16, 1}, enlarge).value();
    return std::abs(wide.pixels[8] - wide.pixels[6]);
  };
  EXPECT_GT(contrast(Enlarge::kLanczos3), contrast(Enlarge::kBicubic));
}

TEST(Resize, ThereAndBackIsClose) {
  Picture smooth = make_picture({16, 16}, 3, 0);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) smooth.at(x, y)[0] = static_cast<std::uint8_t>(x * 10 + y * 4);
  }
  const Picture back = resize(resize(smooth, {48, 48}).value(), {16, 16}).value();
  for (std::size_t i = 0; i < back.pixels.size(); ++i) EXPECT_NEAR(back.pixels[i], smooth.pixels[i], 4);
}

TEST(Resize, ClearPixelsLendNoColour) {
  const Picture picture{2, 1, 4, {255, 0, 0, 255, 0, 255, 0, 0}};
  const Picture one = resize(picture, {1, 1}).value();
  EXPECT_EQ(one.pixels, (std::vector<std::uint8_t>{255, 0, 0, 128}));
}

TEST(Resize, ExtremeShapesWork) {
  const Picture line = sample_picture({limits::kMaxPictureSide, 1}, 1);
  const Result<Picture> pole = resize(line, {1, limits::kMaxPictureSide});
  ASSERT_TRUE(pole.ok());
  EXPECT_EQ(pole->height, limits::kMaxPictureSide);
}

TEST(Resize, BadExtentsAreErrors) {
  const Picture picture = sample_picture({4, 4}, 3);
  EXPECT_EQ(resize(picture, {0, 4}).status().code(), Code::kInvalid);
  EXPECT_EQ(resize(picture, {100'000, 4}).status().code(), Code::kTooLarge);
  EXPECT_EQ(resize({}, {4, 4}).status().code(), Code::kInvalid);
}

TEST(Resize, FitsWithinABoxAndKeepsTheAspect) {
  EXPECT_EQ(fit_within({512, 768}, {256, 256}), (Extent{171, 256}));
  EXPECT_EQ(fit_within({128, 128}, {256, 300}), (Extent{256, 256}));
  EXPECT_EQ(fit_within({10'000, 1}, {100, 100}), (Extent{100, 1}));
  const Picture small = thumbnail(sample_picture({60, 30}, 3), {20, 20}).value();
  EXPECT_EQ((Extent{small.width, small.height}), (Extent{20, 10}));
}

}  // namespace
}  // namespace troupe::picture
