#include "worker/chain/inpaint/blend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace troupe::chain {
namespace {

picture::Picture random_mask(picture::Extent extent, unsigned seed) {
  std::mt19937 random(seed);
  picture::Picture mask = picture::make_picture(extent, 1, 0);
  for (std::uint8_t& value : mask.pixels) value = random() % 3 == 0 ? 255 : 0;
  return mask;
}

// To the nearest kept pixel, by looking at all of them.
double distance_to_kept(const picture::Picture& mask, int x, int y) {
  double least = INFINITY;
  for (int v = 0; v < mask.height; ++v) {
    for (int u = 0; u < mask.width; ++u) {
      if (*mask.at(u, v) == 0) least = std::min(least, std::hypot(x - u, y - v));
    }
  }
  return least;
}

TEST(BlendWeights, OfAStrictMaskAreZeroOutsideAndRiseInside) {
  for (const int feather : {0, 1, 4, 50}) {
    const picture::Picture mask = random_mask({23, 17}, 5);
    const std::vector<float> weights = blend_weights(mask, feather, /*strict=*/true);
    for (int y = 0; y < mask.height; ++y) {
      for (int x = 0; x < mask.width; ++x) {
        const float weight = weights[static_cast<std::size_t>(y * mask.width + x)];
        if (*mask.at(x, y) == 0) {
          EXPECT_EQ(weight, 0);
        } else if (feather == 0) {
          EXPECT_EQ(weight, 1);
        } else {
          EXPECT_NEAR(weight, std::min(1.0, distance_to_kept(mask, x, y) / (feather + 1)), 1e-5);
        }
      }
    }
  }
}

TEST(BlendWeights, OfALooseMaskAreHalfAtItsEdge) {
  picture::Picture mask = picture::make_picture({20, 1}, 1, 0);
  std::fill_n(mask.at(10, 0), 10, std::uint8_t{255});
  const std::vector<float> weights = blend_weights(mask, 4, /*strict=*/false);
  EXPECT_EQ(weights[7], 0);
  EXPECT_GT(weights[8], 0);
  EXPECT_NEAR(weights[9] + weights[10], 1, 1e-6);
  EXPECT_LT(weights[11], 1);
  EXPECT_EQ(weights[12], 1);
  EXPECT_EQ(weights[19], 1);
}

TEST(BlendWeights, OfAWholeMaskAreOne) {
  for (const bool strict : {false, true}) {
    for (const float weight : blend_weights(picture::make_picture({5, 4}, 1, 255), 8, strict)) EXPECT_EQ(weight, 1);
    for (const float weight : blend_weights(picture::make_picture({5, 4}, 1, 0), 8, strict)) EXPECT_EQ(weight, 0);
  }
}

TEST(Blend, ChangesTheAreaByItsWeights) {
  picture::Picture image = picture::make_picture({6, 4}, 3, 100);
  const picture::Picture painted = picture::make_picture({2, 2}, 3, 200);
  std::vector<float> weights(24, 0);
  weights[1 * 6 + 3] = 1;
  weights[1 * 6 + 4] = 0.5f;
  weights[0] = 1;  // outside of the area
  blend(image, painted, {3, 1, 2, 2}, weights);
  EXPECT_EQ(image.at(3, 1)[2], 200);
  EXPECT_EQ(image.at(4, 1)[0], 150);
  EXPECT_EQ(image.at(3, 2)[0], 100);
  EXPECT_EQ(image.at(0, 0)[0], 100);
}

}  // namespace
}  // namespace troupe::chain
