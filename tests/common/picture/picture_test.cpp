#include "common/picture/picture.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

TEST(Picture, ExtentsAreBounded) {
  EXPECT_TRUE(check_extent(1, 1).ok());
  EXPECT_TRUE(check_extent(limits::kMaxPictureSide, 64).ok());
  EXPECT_EQ(check_extent(0, 10).code(), Code::kInvalid);
  EXPECT_EQ(check_extent(10, -1).code(), Code::kInvalid);
  EXPECT_EQ(check_extent(limits::kMaxPictureSide + 1, 1).code(), Code::kTooLarge);
  EXPECT_EQ(check_extent(16'000, 16'000).code(), Code::kTooLarge);
  EXPECT_EQ(check_extent(0xFFFFFFFF, 0xFFFFFFFF).code(), Code::kTooLarge);
}

TEST(Picture, BytesMustAgreeWithTheExtent) {
  Picture picture = sample_picture({3, 2}, 3);
  EXPECT_TRUE(check_picture(picture).ok());
  picture.pixels.pop_back();
  EXPECT_EQ(check_picture(picture).code(), Code::kInvalid);
  EXPECT_EQ(check_picture({2, 2, 2, std::vector<std::uint8_t>(8)}).code(), Code::kInvalid);
}

TEST(Picture, AtWalksRowsThenPixelsThenChannels) {
  const Picture picture{2, 2, 3, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
  EXPECT_EQ(picture.at(1, 0)[0], 3);
  EXPECT_EQ(picture.at(0, 1)[2], 8);
}

TEST(Picture, RgbRepeatsGreyAndLaysAlphaOverWhite) {
  EXPECT_EQ(to_rgb({1, 1, 1, {7}}).pixels, (std::vector<std::uint8_t>{7, 7, 7}));
  EXPECT_EQ(to_rgb({1, 1, 4, {10, 20, 30, 255}}).pixels, (std::vector<std::uint8_t>{10, 20, 30}));
  EXPECT_EQ(to_rgb({1, 1, 4, {10, 20, 30, 0}}).pixels, (std::vector<std::uint8_t>{255, 255, 255}));
  EXPECT_EQ(to_rgb({1, 1, 4, {0, 255, 0, 128}}).pixels, (std::vector<std::uint8_t>{127, 255, 127}));
}

TEST(Picture, DigestTellsShapesAndPixelsApart) {
  const Picture wide{2, 1, 1, {1, 2}}, tall{1, 2, 1, {1, 2}}, other{2, 1, 1, {1, 3}};
  EXPECT_EQ(pixel_digest(wide), pixel_digest(Picture(wide)));
  EXPECT_NE(pixel_digest(wide), pixel_digest(tall));
  EXPECT_NE(pixel_digest(wide), pixel_digest(other));
}

TEST(Picture, DigestIsTheSameForEver) {
  EXPECT_EQ(pixel_digest({1, 1, 3, {1, 2, 3}}), sha256(std::string_view("\1\0\0\0\1\0\0\0\3\0\0\0\1\2\3", 15)));
}

}  // namespace
}  // namespace troupe::picture
