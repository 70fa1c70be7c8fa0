// Where everything on a contact sheet goes, in pixels. Not part of the library's interface.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/picture/font.h"
#include "common/picture/resize.h"
#include "common/picture/sheet.h"

namespace troupe::picture {

struct SheetFonts {
  Font regular;
  Font bold;
};

// The first two lines of a caption or heading; later ones are dropped.
struct TwoLines {
  std::string_view first;
  std::string_view second;
};
TwoLines two_lines(std::string_view text);

// Everything scales with the thumbnail, so that a sheet looks the same at every size.
struct SheetLayout {
  Extent thumb;     // the box that a picture is fitted into
  double unit = 1;  // 1 where the longer side of thumb is 256
  int columns = 0;  // of the grid
  int rows = 0;     // of the grid, over all pages
  int rows_on_page = 0;
  int pages = 0;

  int margin = 0;
  int content_width = 0;
  std::vector<int> column_x;  // left edges of the cells
  int row_heading_width = 0;  // of the text; the gap to the grid comes on top
  int header_height = 0;      // title, subtitle and rule, with the space below
  int column_heading_height = 0;
  bool grouped = false;  // columns share first lines of their headings
  int caption_lines = 0;
  int caption_height = 0;
  int row_pitch = 0;
  int footer_height = 0;
  int last_gap = 0;  // what row_pitch holds after the last caption

  double title_size = 0, subtitle_size = 0;
  double heading_size = 0, caption_size = 0, detail_size = 0, footer_size = 0;
  float radius = 0;

  int page_width() const { return content_width + 2 * margin; }
  int page_height(int rows_there) const {
    return grid_top() + rows_there * row_pitch - last_gap + footer_height + margin;
  }
  int grid_top() const { return margin + header_height + column_heading_height; }
  int scaled(double pixels) const;  // pixels of a sheet whose unit is 1
};

// A caption as its two lines are drawn. A single line that is too long goes on in the second.
struct Caption {
  std::string first;
  std::string second;
  bool continued = false;
};
Caption break_caption(std::string_view text, const SheetFonts& fonts, const SheetLayout& layout);

// The layout of a checked sheet whose pictures have the extent `picture`. kTooLarge when a row or column does not fit
// a page even with the smallest thumbnails.
Result<SheetLayout> lay_out_sheet(const Sheet& sheet, const SheetFonts& fonts, Extent picture);

}  // namespace troupe::picture
