#include "worker/chain/inpaint/area.h"

#include <gtest/gtest.h>

namespace troupe::chain {
namespace {

bool is_inside(const Area& area, picture::Extent extent) {
  return area.x >= 0 && area.y >= 0 && area.width > 0 && area.height > 0 && area.x + area.width <= extent.width &&
         area.y + area.height <= extent.height;
}

TEST(Binarised, RepaintsFrom128) {
  picture::Picture mask{4, 1, 1, {0, 127, 128, 255}};
  EXPECT_EQ(binarised(mask).pixels, (std::vector<std::uint8_t>{0, 0, 255, 255}));
}

TEST(Bounds, HoldAllThatIsRepainted) {
  picture::Picture mask = picture::make_picture({9, 7}, 1, 0);
  EXPECT_FALSE(bounds(mask));
  *mask.at(8, 2) = 255;
  EXPECT_EQ(bounds(mask), (Area{8, 2, 1, 1}));
  *mask.at(1, 6) = 255;
  EXPECT_EQ(bounds(mask), (Area{1, 2, 8, 5}));
  EXPECT_DOUBLE_EQ(repainted_share(mask), 2.0 / 63);
}

TEST(TakeOut, IsCutToThePicture) {
  picture::Picture mask = picture::make_picture({8, 8}, 1, 255);
  take_out(mask, {-3, 5, 6, 100});
  EXPECT_EQ(repainted_share(mask), 1 - 9.0 / 64);
  take_out(mask, {50, 50, 5, 5});
  take_out(mask, {-50, -50, 5, 5});
  EXPECT_EQ(repainted_share(mask), 1 - 9.0 / 64);
}

TEST(Crop, TakesThatPart) {
  picture::Picture image = picture::make_picture({4, 3}, 3, 0);
  image.at(2, 1)[1] = 9;
  const picture::Picture part = crop(image, {2, 1, 2, 2});
  EXPECT_EQ(part.width, 2);
  EXPECT_EQ(part.at(0, 0)[1], 9);
  EXPECT_TRUE(picture::check_picture(part).ok());
}

TEST(CoverCells, TakesAWholeCellForAnyPixelOfIt) {
  picture::Picture mask = picture::make_picture({10, 10}, 1, 0);
  *mask.at(5, 3) = 255;  // of the cell 4..7 x 0..3
  *mask.at(9, 9) = 255;  // of a cell that the border cuts
  cover_cells(mask, 4);
  EXPECT_EQ(repainted_share(mask), (16 + 4) / 100.0);
  EXPECT_EQ(*mask.at(4, 0), 255);
  EXPECT_EQ(*mask.at(8, 0), 0);
}

TEST(WholePicture, WorksAtAMultiple) {
  EXPECT_EQ(whole_picture({512, 768}, 8).size, (picture::Extent{512, 768}));
  EXPECT_EQ(whole_picture({501, 3}, 8).size, (picture::Extent{504, 8}));
  EXPECT_EQ(whole_picture({501, 3}, 8).area, (Area{0, 0, 501, 3}));
}

// Boxes in every corner, at every border and over all of it, with more context than there is picture.
TEST(Surroundings, StayInsideThePicture) {
  for (const picture::Extent extent : {picture::Extent{128, 128}, {200, 64}, {31, 90}, {1, 1}}) {
    for (const int context : {0, 5, 32, 1024}) {
      for (int x : {0, 1, extent.width / 2, extent.width - 1}) {
        for (int y : {0, extent.height / 3, extent.height - 1}) {
          for (int size : {1, 7, 500}) {
            const Area box{x, y, std::min(size, extent.width - x), std::min(size, extent.height - y)};
            const Workplace place = surroundings(box, context, extent, 128, 8);
            ASSERT_TRUE(is_inside(place.area, extent));
            EXPECT_LE(place.area.x, std::max(0, box.x - context));
            EXPECT_GE(place.area.x + place.area.width, std::min(extent.width, box.x + box.width + context));
            EXPECT_GE(place.area.y + place.area.height, std::min(extent.height, box.y + box.height + context));
            EXPECT_EQ(place.size.width % 8, 0);
            EXPECT_EQ(std::max(place.size.width, place.size.height), 128);
          }
        }
      }
    }
  }
}

TEST(Surroundings, AreSquareWhereThereIsRoom) {
  const Workplace place = surroundings({100, 40, 30, 10}, 8, {256, 256}, 128, 8);
  EXPECT_EQ(place.area, (Area{92, 22, 46, 46}));
  EXPECT_EQ(place.size, (picture::Extent{128, 128}));
  // Against the border the square moves instead of leaving the picture.
  EXPECT_EQ(surroundings({0, 250, 30, 6}, 8, {256, 256}, 128, 8).area, (Area{0, 218, 38, 38}));
  // A low picture gives what it has, and the aspect stays.
  EXPECT_EQ(surroundings({10, 0, 64, 32}, 0, {256, 32}, 128, 8).size, (picture::Extent{128, 64}));
}

TEST(Surroundings, KeepTheirSizeWhereThePackNamesNone) {
  EXPECT_EQ(surroundings({10, 10, 20, 20}, 6, {256, 256}, 0, 8).size, (picture::Extent{32, 32}));
}

}  // namespace
}  // namespace troupe::chain
