#include "coordinator/cli/sheet_grid.h"

#include <gtest/gtest.h>

namespace troupe::cli {
namespace {

SheetPicture picture(const std::string& address, std::optional<double> score = {}) {
  SheetPicture made;
  made.address = address;
  made.score = score;
  return made;
}

const PictureLoader kNoPicture = [](const Digest&) { return Status(Code::kNotFound, "none"); };

TEST(SheetGrid, TwoAxesMakeATableWithScoresBelow) {
  std::vector<SheetPicture> pictures = {picture("character=mia,seed=1", 0.712), picture("character=mia,seed=2"),
                                        picture("character=leo,seed=1", -0.05)};
  pictures[0].kept = true;
  pictures[1].rejected = true;
  const picture::Sheet sheet = lay_out_grid(pictures, kNoPicture);
  EXPECT_EQ(sheet.row_headings, (std::vector<std::string>{"mia", "leo"}));
  EXPECT_EQ(sheet.column_headings, (std::vector<std::string>{"seed 1", "seed 2"}));
  ASSERT_EQ(sheet.cells.size(), 4u);
  EXPECT_EQ(sheet.cells[0].caption, "0.71");
  EXPECT_EQ(sheet.cells[0].state, picture::CellState::kKept);
  EXPECT_EQ(sheet.cells[1].caption, "");
  EXPECT_EQ(sheet.cells[1].state, picture::CellState::kRejected);
  EXPECT_EQ(sheet.cells[2].caption, "-0.05");
  EXPECT_EQ(sheet.cells[3].state, picture::CellState::kEmpty);
}

TEST(SheetGrid, OneAxisMakesAGridWithCaptions) {
  const picture::Sheet sheet =
      lay_out_grid({picture("character=mia,seed=1", 1234.5), picture("character=mia,seed=2")}, kNoPicture);
  EXPECT_TRUE(sheet.row_headings.empty());
  EXPECT_EQ(sheet.cells[0].caption, "seed 1\n1234");
  EXPECT_EQ(sheet.cells[1].caption, "seed 2");
}

TEST(SheetGrid, NothingGivesNothing) {
  EXPECT_TRUE(lay_out_grid({}, kNoPicture).cells.empty());
  EXPECT_TRUE(address_parts("").empty());
  EXPECT_EQ(address_parts("a=1,b="), (AddressParts{{"a", "1"}, {"b", ""}}));
}

}  // namespace
}  // namespace troupe::cli
