// The contact sheet as one HTML page that needs nothing else: pictures, style and script are in it, and it works from a
// file. Without its script it is still a sheet; with it, it is filtered, sorted and enlarged.
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/sheet_grid.h"

namespace troupe::cli {

struct HtmlSheet {
  std::string title;  // "spring-drop#2"
  std::string slice;  // that was asked for; empty for all
  bool more = false;  // there are further pictures
  struct Cell {
    SheetPicture picture;
    std::string thumbnail;  // a JPEG's bytes; empty shows `trouble` instead
    int width = 1;          // of the thumbnail
    int height = 1;
    std::string trouble;
    std::string link;  // of the whole picture, relative to the page; empty for none
  };
  std::vector<Cell> cells;
};

// Every text is escaped, and the page's policy runs its own script and no other: names may hold anything.
std::string write_html_sheet(const HtmlSheet& sheet);

}  // namespace troupe::cli
