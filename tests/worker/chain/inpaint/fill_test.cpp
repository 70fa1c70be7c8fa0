#include "worker/chain/inpaint/fill.h"

#include <gtest/gtest.h>

#include "worker/chain/inpaint/cutout.h"

namespace troupe::chain {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes pixel(const picture::Picture& image, int x, int y) {
  return Bytes(image.at(x, y), image.at(x, y) + image.channels);
}

// White, with a red square in its middle half.
picture::Picture product() {
  picture::Picture image = picture::make_picture({16, 16}, 3, 255);
  for (int y = 4; y < 12; ++y) {
    for (int x = 4; x < 12; ++x) std::copy_n(Bytes{200, 10, 10}.begin(), 3, image.at(x, y));
  }
  return image;
}

TEST(FillBlank, TakesTheMeanOfWhatIsKept) {
  picture::Picture image{3, 1, 3, {0, 10, 20, 100, 30, 40, 7, 7, 7}};
  fill_blank(image, {3, 1, 1, {0, 0, 255}});
  EXPECT_EQ(pixel(image, 2, 0), (Bytes{50, 20, 30}));
  EXPECT_EQ(pixel(image, 1, 0), (Bytes{100, 30, 40}));
  fill_blank(image, {3, 1, 1, {255, 255, 255}});
  EXPECT_EQ(image.pixels, Bytes(9, 128));
}

TEST(Cutout, TakesAwayAGroundOfOneColour) {
  const picture::Picture thing = cutout(product());
  EXPECT_EQ(thing.channels, 4);
  EXPECT_EQ(pixel(thing, 0, 0)[3], 0);
  EXPECT_EQ(pixel(thing, 8, 8), (Bytes{200, 10, 10, 255}));
}

TEST(Cutout, KeepsHolesAndPicturesWithoutAGround) {
  picture::Picture ring = product();
  std::fill_n(ring.at(8, 8), 3, std::uint8_t{255});
  EXPECT_EQ(pixel(cutout(ring), 8, 8)[3], 255);  // does not hang together with the border
  picture::Picture scene = picture::make_picture({16, 16}, 3, 0);
  for (std::size_t i = 0; i < scene.pixels.size(); ++i) scene.pixels[i] = static_cast<std::uint8_t>(i * 37);
  for (int y = 0; y < 16; ++y) EXPECT_EQ(pixel(cutout(scene), 0, y)[3], 255);
}

TEST(FillReference, PutsTheThingIntoTheMaskAlone) {
  picture::Picture image = picture::make_picture({32, 24}, 3, 50), mask = picture::make_picture({32, 24}, 1, 0);
  for (int y = 4; y < 20; ++y) std::fill_n(mask.at(10, y), 8, std::uint8_t{255});
  *mask.at(13, 12) = 0;
  const picture::Picture before = image;
  ASSERT_TRUE(fill_reference(image, mask, product()).ok());
  EXPECT_EQ(pixel(image, 14, 12), (Bytes{200, 10, 10}));  // as wide as the box, in its middle
  EXPECT_EQ(pixel(image, 14, 5), (Bytes{50, 50, 50}));    // above it
  for (int y = 0; y < 24; ++y) {
    for (int x = 0; x < 32; ++x) {
      if (*mask.at(x, y) != 0) continue;
      EXPECT_EQ(pixel(image, x, y), pixel(before, x, y));
    }
  }
}

TEST(FillReference, OfAnEmptyMaskOrThingChangesNothing) {
  picture::Picture image = picture::make_picture({8, 8}, 3, 50);
  const picture::Picture before = image;
  ASSERT_TRUE(fill_reference(image, picture::make_picture({8, 8}, 1, 0), product()).ok());
  ASSERT_TRUE(fill_reference(image, picture::make_picture({8, 8}, 1, 255), picture::make_picture({5, 5}, 3, 9)).ok());
  EXPECT_EQ(image, before);
}

}  // namespace
}  // namespace troupe::chain
