// The contact sheet: many pictures on a page with captions, ready to be looked at, printed and sent round.
//
// A sheet is a grid in reading order, or, with headings, a table whose rows and columns are two axes of a campaign.
// A long sheet becomes several pages, each with the title and the column headings.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::picture {

enum class CellState {
  kDone,      // shows its picture
  kKept,      // its picture, marked as chosen
  kRejected,  // its picture, faded and marked: a gate or a selection said no
  kFailed,    // a placeholder with the note
  kMissing,   // a placeholder: not rendered yet, or its file is not there
  kEmpty,     // nothing at all: no such cell, such as an excluded one
};

struct SheetCell {
  // Called when the cell's page is drawn, once; an error makes a placeholder that shows its message.
  std::function<Result<Picture>()> load{};
  std::string caption{};  // up to two lines, or one that is broken into two; what does not fit ends in an ellipsis
  CellState state = CellState::kDone;
  std::string note{};  // why there is no picture, in a few words
};

struct Sheet {
  std::string title{};
  std::string subtitle{};
  std::string footer{};            // small, below every page; the page number is added when there are several
  std::vector<SheetCell> cells{};  // row by row
  std::vector<std::string> column_headings{};  // with these, a row has exactly so many cells
  std::vector<std::string> row_headings{};     // one a row; needs column_headings or columns
  int columns = 0;                             // cells of a row; 0 chooses
  Extent picture{};                            // the extent of the pictures; 0x0 loads one to see
  int thumb = 0;                               // longer side of a picture on the page, in pixels; 0 chooses
  Extent page{4096, 6144};                     // what a page may not exceed
};
// A heading may be "beach\nseed 1": columns that follow each other and agree on the first line share it.

class SheetPages {
 public:
  // Chooses what was left open and breaks the sheet into pages. kInvalid: no cells, or headings that do not fit the
  // cells. kTooLarge: one row or column does not fit a page. kNotFound: no font (the message says what to install).
  static Result<SheetPages> lay_out(Sheet sheet);

  SheetPages(SheetPages&&) noexcept;
  SheetPages& operator=(SheetPages&&) noexcept;
  ~SheetPages();

  int count() const;
  // Page 0 to count() - 1 as RGB. The same sheet gives the same pixels on machines with the same font and FreeType.
  Result<Picture> render(int page) const;

 private:
  struct State;
  explicit SheetPages(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::picture
