// The parts of the HTML sheet, compiled in from sheet_page/. <!--name--> in the page is a place to fill.
#pragma once

#include <string_view>

namespace troupe::cli {

extern const std::string_view kSheetPage;
extern const std::string_view kSheetStyle;
extern const std::string_view kSheetScript;

}  // namespace troupe::cli
