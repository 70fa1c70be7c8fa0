#include "common/picture/sheet.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/picture/sheet_cell.h"
#include "common/picture/sheet_layout.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

Sheet sheet_of(int cells, Extent picture = {128, 128}) {
  Sheet sheet;
  sheet.title = "spring-drop";
  sheet.picture = picture;
  for (int i = 0; i < cells; ++i) {
    SheetCell cell;
    cell.load = [i, picture] { return Result<Picture>(sample_picture(picture, 3, static_cast<std::uint64_t>(i))); };
    cell.caption = "mia, beach\nseed " + std::to_string(i);
    sheet.cells.push_back(cell);
  }
  return sheet;
}

SheetFonts fonts() {
  return {Font::load(Weight::kRegular).value(), Font::load(Weight::kBold).value()};
}

SheetLayout layout_of(const Sheet& sheet) {
  return lay_out_sheet(sheet, fonts(), sheet.picture).value();
}

Picture page_of(Sheet sheet, int page = 0) {
  return SheetPages::lay_out(std::move(sheet))->render(page).value();
}

TEST(SheetLayout, SmallPicturesAreShownAtWholeMultiples) {
  EXPECT_EQ(layout_of(sheet_of(8)).thumb, (Extent{256, 256}));
  EXPECT_EQ(layout_of(sheet_of(8, {64, 64})).thumb, (Extent{256, 256}));
  EXPECT_EQ(layout_of(sheet_of(8, {96, 64})).thumb, (Extent{288, 192}));
  EXPECT_EQ(layout_of(sheet_of(8, {512, 768})).thumb, (Extent{213, 320}));
}

TEST(SheetLayout, PrefersFullRows) {
  EXPECT_EQ(layout_of(sheet_of(48)).columns, 8);
  EXPECT_EQ(layout_of(sheet_of(12)).columns, 4);
  EXPECT_EQ(layout_of(sheet_of(1)).columns, 1);
  EXPECT_EQ(layout_of(sheet_of(1)).rows, 1);
}

TEST(SheetLayout, LongSheetsBecomePagesOfNearlyEqualLength) {
  Sheet sheet = sheet_of(100);
  sheet.columns = 5;
  sheet.page = {2000, 3000};
  const SheetLayout layout = layout_of(sheet);
  EXPECT_EQ(layout.rows, 20);
  EXPECT_EQ(layout.pages, 3);
  EXPECT_EQ(layout.rows_on_page, 7);
  EXPECT_LE(layout.page_height(layout.rows_on_page), 3000);
}

TEST(SheetLayout, WideTablesGetSmallerPictures) {
  Sheet sheet = sheet_of(40);
  for (int i = 0; i < 40; ++i) sheet.column_headings.push_back("seed " + std::to_string(i));
  const SheetLayout layout = layout_of(sheet);
  EXPECT_LT(layout.thumb.width, 128);
  EXPECT_LE(layout.page_width(), sheet.page.width);
}

TEST(SheetLayout, WhatCannotFitIsAnErrorInWords) {
  Sheet sheet = sheet_of(500);
  sheet.columns = 500;
  const Status status = lay_out_sheet(sheet, fonts(), sheet.picture).status();
  EXPECT_EQ(status.code(), Code::kTooLarge);
  EXPECT_NE(status.message().find("500 columns"), std::string::npos);
  sheet = sheet_of(1);
  sheet.thumb = 5000;
  EXPECT_EQ(lay_out_sheet(sheet, fonts(), sheet.picture).status().code(), Code::kTooLarge);
}

TEST(SheetLayout, ColumnsThatShareAFirstLineAreGrouped) {
  Sheet sheet = sheet_of(4);
  sheet.column_headings = {"beach\nseed 1", "beach\nseed 2", "cafe\nseed 1", "cafe\nseed 2"};
  const SheetLayout layout = layout_of(sheet);
  EXPECT_TRUE(layout.grouped);
  EXPECT_GT(layout.column_x[2] - layout.column_x[1], layout.column_x[1] - layout.column_x[0]);
  sheet.column_headings = {"a", "b", "c", "d"};
  EXPECT_FALSE(layout_of(sheet).grouped);
}

TEST(SheetLayout, LongCaptionsGoOnInTheSecondLine) {
  const SheetFonts both = fonts();
  const SheetLayout layout = layout_of(sheet_of(4));
  const Caption wrapped =
      break_caption("photo of mia at the beach holding a yellow cup and a green bottle", both, layout);
  EXPECT_TRUE(wrapped.continued);
  EXPECT_TRUE(wrapped.first.starts_with("photo of mia"));
  EXPECT_TRUE(wrapped.second.ends_with("\u2026"));
  const Caption given = break_caption("photo of mia at the beach holding a yellow cup\nseed 7\ndropped", both, layout);
  EXPECT_FALSE(given.continued);
  EXPECT_TRUE(given.first.ends_with("\u2026"));
  EXPECT_EQ(given.second, "seed 7");
}

TEST(Sheet, ShowsItsPicturesWhereTheLayoutSays) {
  Sheet sheet = sheet_of(4);
  for (SheetCell& cell : sheet.cells) cell.load = [] { return Result<Picture>(make_picture({128, 128}, 1, 10)); };
  sheet.cells[1].state = CellState::kEmpty;
  const SheetLayout layout = layout_of(sheet);
  ASSERT_EQ(layout.columns, 2);
  const Picture page = page_of(sheet);
  EXPECT_EQ((Extent{page.width, page.height}), (Extent{layout.page_width(), layout.page_height(2)}));
  const auto middle = [&](int column, int row) {
    return page.at(layout.column_x[static_cast<std::size_t>(column)] + 128,
                   layout.grid_top() + row * layout.row_pitch + 128)[0];
  };
  EXPECT_EQ(middle(0, 0), 10);
  EXPECT_EQ(middle(1, 0), kPaper.red);
  EXPECT_EQ(middle(0, 1), 10);
  EXPECT_EQ(middle(1, 1), 10);
}

TEST(Sheet, TheSameSheetGivesTheSamePixels) {
  EXPECT_EQ(pixel_digest(page_of(sheet_of(6))), pixel_digest(page_of(sheet_of(6))));
}

TEST(Sheet, EveryStateLooksDifferent) {
  std::vector<Digest> digests;
  for (const CellState state : {CellState::kDone, CellState::kKept, CellState::kRejected, CellState::kFailed,
                                CellState::kMissing, CellState::kEmpty}) {
    Sheet sheet = sheet_of(1);
    sheet.cells[0].state = state;
    digests.push_back(pixel_digest(page_of(sheet)));
  }
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
}

TEST(Sheet, APictureThatCannotBeLoadedDoesNotSpoilTheSheet) {
  Sheet sheet = sheet_of(2);
  sheet.cells[0].load = [] { return Result<Picture>(Status(Code::kCorrupt, "mia.png: the PNG is cut short")); };
  sheet.cells[1].load = nullptr;
  const Result<SheetPages> pages = SheetPages::lay_out(sheet);
  ASSERT_TRUE(pages.ok());
  EXPECT_TRUE(pages->render(0).ok());
}

TEST(Sheet, TakesPicturesOfAnyShapeAndKind) {
  Sheet sheet = sheet_of(3);
  sheet.cells[0].load = [] { return Result<Picture>(sample_picture({300, 10}, 4)); };
  sheet.cells[1].load = [] { return Result<Picture>(sample_picture({1, 1}, 1)); };
  sheet.picture = {};
  EXPECT_TRUE(SheetPages::lay_out(sheet)->render(0).ok());
}

TEST(Sheet, LoadsAPictureOnceAPage) {
  int loads = 0;
  Sheet sheet = sheet_of(3);
  for (SheetCell& cell : sheet.cells) {
    cell.load = [&loads] {
      ++loads;
      return Result<Picture>(sample_picture({64, 64}, 3));
    };
  }
  const Result<SheetPages> pages = SheetPages::lay_out(sheet);
  EXPECT_EQ(loads, 0);
  ASSERT_TRUE(pages->render(0).ok());
  EXPECT_EQ(loads, 3);
}

TEST(Sheet, LongNotesAndTitlesAreCut) {
  Sheet sheet = sheet_of(2);
  sheet.title = std::string(5000, 'W');
  sheet.subtitle = std::string(20'000, 'w');
  sheet.footer = sheet.subtitle;
  sheet.cells[0].state = CellState::kFailed;
  sheet.cells[0].note = std::string(10'000, 'x') + " " + sheet.subtitle + "\nline";
  sheet.cells[1].caption = std::string(20'000, 'c');
  const Picture page = page_of(sheet);
  EXPECT_LE(page.width, 1000);
}

TEST(Sheet, MistakesAreNamed) {
  EXPECT_EQ(SheetPages::lay_out({}).status().code(), Code::kInvalid);
  Sheet sheet = sheet_of(4);
  sheet.row_headings = {"mia", "leo"};
  EXPECT_NE(SheetPages::lay_out(sheet).status().message().find("number of columns"), std::string::npos);
  sheet.columns = 4;
  EXPECT_NE(SheetPages::lay_out(sheet).status().message().find("1 rows but 2"), std::string::npos);
  sheet.columns = 2;
  EXPECT_EQ(SheetPages::lay_out(sheet)->render(5).status().code(), Code::kInvalid);
  sheet.page = {0, 100};
  EXPECT_EQ(SheetPages::lay_out(sheet).status().code(), Code::kInvalid);
}

}  // namespace
}  // namespace troupe::picture
