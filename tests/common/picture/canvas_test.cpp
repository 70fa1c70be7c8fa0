#include "common/picture/canvas.h"

#include <gtest/gtest.h>

#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

constexpr Colour kBlack{0, 0, 0}, kWhite{255, 255, 255};

int red(const Picture& picture, int x, int y) {
  return picture.at(x, y)[0];
}

TEST(Canvas, FillsExactlyTheBox) {
  Canvas canvas({10, 10}, kWhite);
  canvas.fill({2, 3, 4, 5}, kBlack);
  const Picture picture = canvas.take();
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 10; ++x) EXPECT_EQ(red(picture, x, y), x >= 2 && x < 6 && y >= 3 && y < 8 ? 0 : 255);
  }
}

TEST(Canvas, RoundsCornersSmoothly) {
  Canvas canvas({20, 20}, kWhite);
  canvas.fill({0, 0, 20, 20}, kBlack, 8);
  const Picture picture = canvas.take();
  EXPECT_EQ(red(picture, 0, 0), 255);
  EXPECT_EQ(red(picture, 10, 0), 0);
  EXPECT_EQ(red(picture, 10, 10), 0);
  EXPECT_EQ(red(picture, 0, 0), red(picture, 19, 19));
  EXPECT_GT(red(picture, 2, 2), 0);
  EXPECT_LT(red(picture, 2, 2), 255);
}

TEST(Canvas, FramesLeaveTheInsideAlone) {
  Canvas canvas({20, 20}, kWhite);
  canvas.frame({0, 0, 20, 20}, kBlack, 4, 2);
  const Picture picture = canvas.take();
  EXPECT_EQ(red(picture, 10, 0), 0);
  EXPECT_EQ(red(picture, 10, 1), 0);
  EXPECT_EQ(red(picture, 10, 2), 255);
  EXPECT_EQ(red(picture, 10, 10), 255);
  EXPECT_EQ(red(picture, 19, 10), 0);
}

TEST(Canvas, FadesAndMixes) {
  Canvas canvas({2, 1}, kWhite);
  canvas.place(make_picture({2, 1}, 3, 0), 0, 0, 0, 0.5f);
  EXPECT_NEAR(red(canvas.take(), 1, 0), 128, 1);
}

TEST(Canvas, ClipsEverythingToItself) {
  Canvas canvas({4, 4}, kWhite);
  const Picture picture = sample_picture({9, 9}, 3);
  for (const int at : {-100, -5, 2, 100}) {
    canvas.fill({at, at, 9, 9}, kBlack, 3);
    canvas.frame({at, at, 9, 9}, kBlack, 3);
    canvas.place(picture, at, at, 3);
    canvas.blend(at, at, kBlack, 1);
  }
  EXPECT_TRUE(check_picture(canvas.take()).ok());
}

}  // namespace
}  // namespace troupe::picture
