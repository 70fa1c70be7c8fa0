// One cell of a contact sheet. Not part of the library's interface.
#pragma once

#include "common/picture/canvas.h"
#include "common/picture/sheet_layout.h"

namespace troupe::picture {

// The sheet's colours: warm paper, near-black ink, one accent each for good and bad news.
inline constexpr Colour kPaper{250, 249, 246};
inline constexpr Colour kInk{29, 29, 31};
inline constexpr Colour kMuted{112, 110, 106};
inline constexpr Colour kHairline{224, 221, 214};
inline constexpr Colour kPlaceholder{241, 239, 234};
inline constexpr Colour kGood{38, 122, 78};
inline constexpr Colour kBad{178, 56, 44};
inline constexpr Colour kBadPaper{252, 240, 237};
inline constexpr Colour kWhite{255, 255, 255};

// Draws the cell with the top left corner of its picture at (x, y).
void draw_cell(Canvas& canvas, const SheetCell& cell, int x, int y, const SheetLayout& layout, const SheetFonts& fonts);

}  // namespace troupe::picture
