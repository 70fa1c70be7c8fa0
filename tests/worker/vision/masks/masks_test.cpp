#include "worker/vision/masks/masks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace troupe::vision {
namespace {

using picture::Extent;
using picture::Picture;

// '#' is 255, anything else 0; rows are separated by '/'.
Picture mask_of(const std::string& drawing) {
  const int width = static_cast<int>(drawing.find('/') == std::string::npos ? drawing.size() : drawing.find('/'));
  Picture mask = picture::make_picture({width, static_cast<int>(drawing.size() + 1) / (width + 1)}, 1, 0);
  std::size_t i = 0;
  for (const char c : drawing) {
    if (c != '/') mask.pixels[i++] = c == '#' ? 255 : 0;
  }
  return mask;
}

std::string drawing_of(const Result<Picture>& mask) {
  if (!mask.ok()) return mask.status().to_string();
  std::string drawing;
  for (int y = 0; y < mask->height; ++y) {
    if (y > 0) drawing += '/';
    for (int x = 0; x < mask->width; ++x) drawing += *mask->at(x, y) == 255 ? '#' : *mask->at(x, y) == 0 ? '.' : '?';
  }
  return drawing;
}

TEST(ThresholdMask, IsThereWhereTheProbabilityIsAbove) {
  const auto logit = [](double p) { return static_cast<float>(std::log(p / (1 - p))); };
  const LogitMap map{3, 1, {logit(0.39), logit(0.41), logit(0.9)}};
  EXPECT_EQ(drawing_of(threshold_mask(map, {3, 1}, 0.4)), ".##");
  EXPECT_EQ(drawing_of(threshold_mask(map, {3, 1}, 0.95)), "...");
  EXPECT_EQ(drawing_of(threshold_mask(map, {3, 1}, 0)), "###");
  EXPECT_EQ(drawing_of(threshold_mask(map, {3, 1}, 1)), "...");
}

TEST(ThresholdMask, ResizesTheLogitsBilinearly) {
  // Pixel centres lie at -0.25, 0.25, 0.75 and 1.25 of the map: 1, 0.5, -0.5 and -1.
  const LogitMap map{2, 1, {1, -1}};
  const auto at = [&](double logit) { return drawing_of(threshold_mask(map, {4, 1}, 1 / (1 + std::exp(-logit)))); };
  EXPECT_EQ(at(0.9), "#...");
  EXPECT_EQ(at(0.4), "##..");
  EXPECT_EQ(at(-0.6), "###.");
}

TEST(ThresholdMask, RefusesMapsThatCannotBe) {
  EXPECT_EQ(threshold_mask({2, 2, {1, 2, 3}}, {4, 4}, 0.4).status().code(), Code::kInvalid);
  EXPECT_EQ(threshold_mask({1, 1, {NAN}}, {4, 4}, 0.4).status().code(), Code::kInvalid);
  EXPECT_EQ(threshold_mask({0, 0, {}}, {4, 4}, 0.4).status().code(), Code::kInvalid);
  EXPECT_EQ(threshold_mask({1, 1, {1}}, {1 << 20, 4}, 0.4).status().code(), Code::kTooLarge);
  EXPECT_EQ(drawing_of(threshold_mask({1, 1, {1}}, {2, 1}, 0.4)), "##");
}

TEST(BoxMask, CoversItsShareOfThePicture) {
  EXPECT_EQ(drawing_of(box_mask({0.25, 0.5, 0.5, 0.5}, {4, 2})), "..../.##.");
  EXPECT_EQ(drawing_of(box_mask({0, 0, 1, 1}, {2, 2})), "##/##");
  EXPECT_EQ(drawing_of(box_mask({0.5, -1, 9, 9}, {4, 1})), "..##");
  EXPECT_EQ(drawing_of(box_mask({0.4, 0, 0.01, 1}, {4, 1})), ".#..") << "never nothing";
  EXPECT_EQ(drawing_of(box_mask({0.4, 0, 0, 1}, {4, 1})), "....");
  EXPECT_EQ(drawing_of(box_mask({0, 0, 1, 0}, {4, 1})), "....");
  EXPECT_EQ(box_mask({0, 0, -1, 1}, {4, 1}).status().code(), Code::kInvalid);
  EXPECT_EQ(box_mask({NAN, 0, 1, 1}, {4, 1}).status().code(), Code::kInvalid);
}

TEST(Grow, MovesTheEdgeByEuclideanPixels) {
  const Picture dot = mask_of("...../...../..#../...../.....");
  EXPECT_EQ(drawing_of(grow(dot, 1)), "...../..#../.###./..#../.....");
  EXPECT_EQ(drawing_of(grow(dot, 2)), "..#../.###./#####/.###./..#..");
  EXPECT_EQ(drawing_of(grow(grow(dot, 2).value(), -1)), "...../..#../.###./..#../.....");
  EXPECT_EQ(drawing_of(grow(dot, 0)), drawing_of(dot));
}

TEST(Grow, ThePicturesEdgeIsNoOutside) {
  EXPECT_EQ(drawing_of(grow(mask_of("###.."), -1)), "##...");
  EXPECT_EQ(drawing_of(grow(mask_of("####"), -3)), "####");
  EXPECT_EQ(drawing_of(grow(mask_of("...."), 3)), "....");
}

TEST(Feather, SoftensTheEdgeAlone) {
  const Picture half = mask_of("............############");
  const Picture soft = feather(half, 4).value();
  EXPECT_EQ(*soft.at(7, 0), 0);
  EXPECT_EQ(*soft.at(16, 0), 255);
  EXPECT_EQ(*soft.at(23, 0), 255) << "the picture's edge";
  for (int x = 1; x < soft.width; ++x) EXPECT_GE(*soft.at(x, 0), *soft.at(x - 1, 0));
  EXPECT_NEAR(*soft.at(11, 0) + *soft.at(12, 0), 255, 2);
  EXPECT_GT(*soft.at(9, 0), 0);
  EXPECT_EQ(feather(half, 0).value(), half);
  EXPECT_EQ(feather(half, -1).status().code(), Code::kInvalid);
}

TEST(LargestRegion, KeepsOneAndCountsCorners) {
  EXPECT_EQ(drawing_of(largest_region(mask_of("##..#/....#/##..#"))), "....#/....#/....#");
  EXPECT_EQ(drawing_of(largest_region(mask_of("#..../.#..#/..#.."))), "#..../.#.../..#..");
  EXPECT_EQ(drawing_of(largest_region(mask_of("#.#"))), "#..");
  EXPECT_EQ(drawing_of(largest_region(mask_of("..."))), "...");
}

TEST(Combining, UnitesSubtractsInverts) {
  const Picture a = mask_of("##.."), b = mask_of(".##.");
  EXPECT_EQ(drawing_of(unite(a, b)), "###.");
  EXPECT_EQ(drawing_of(subtract(a, b)), "#...");
  EXPECT_EQ(drawing_of(invert(a)), "..##");
  Picture soft = a;
  soft.pixels = {100, 200, 0, 255};
  EXPECT_EQ(subtract(a, soft)->pixels, (std::vector<std::uint8_t>{155, 55, 0, 0}));
  EXPECT_EQ(unite(a, soft)->pixels, (std::vector<std::uint8_t>{255, 255, 0, 255}));
}

TEST(Combining, AnotherSizeOrKindOfPictureIsRefusedInWords) {
  const Status status = unite(mask_of("##"), mask_of("##/##")).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("2x1"), std::string::npos) << status.message();
  EXPECT_EQ(invert(picture::make_picture({2, 2}, 3, 0)).status().code(), Code::kInvalid);
  EXPECT_EQ(grow(Picture{}, 2).status().code(), Code::kInvalid);
}

TEST(Measures, BoundAndCover) {
  const auto box = bounding_box(mask_of("...../.##../...#.")).value();
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(box->x, 1);
  EXPECT_EQ(box->y, 1);
  EXPECT_EQ(box->width, 3);
  EXPECT_EQ(box->height, 2);
  EXPECT_FALSE(bounding_box(mask_of("..")).value().has_value());
  EXPECT_DOUBLE_EQ(coverage(mask_of("#...")).value(), 0.25);
  EXPECT_DOUBLE_EQ(coverage(mask_of("....")).value(), 0);
}

TEST(ResizeMask, TakesTheNearestPixel) {
  EXPECT_EQ(drawing_of(resize_mask(mask_of("#./.#"), {4, 4})), "##../##../..##/..##");
  EXPECT_EQ(drawing_of(resize_mask(mask_of("##../##.."), {2, 1})), "#.");
  EXPECT_EQ(resize_mask(mask_of("#"), {0, 4}).status().code(), Code::kInvalid);
}

}  // namespace
}  // namespace troupe::vision
