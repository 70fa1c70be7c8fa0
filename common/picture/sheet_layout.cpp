#include "common/picture/sheet_layout.h"

#include <algorithm>
#include <cmath>

namespace troupe::picture {
namespace {

constexpr int kUsualThumb = 256;
constexpr int kMostThumb = 320;
constexpr int kLeastThumb = 48;
constexpr int kMostColumns = 12;     // of a grid without headings
constexpr double kPageAspect = 1.4;  // width by height that a grid without headings aims at

int chosen_thumb(const Sheet& sheet, Extent picture) {
  if (sheet.thumb > 0) return sheet.thumb;
  const int side = std::max(picture.width, picture.height);
  if (side > kUsualThumb) return std::min(side, kMostThumb);
  return side * std::max(1, static_cast<int>(std::lround(static_cast<double>(kUsualThumb) / side)));
}

int rows_of(const Sheet& sheet, int columns) {
  return (static_cast<int>(sheet.cells.size()) + columns - 1) / columns;
}

// As near to kPageAspect as may be, and rather with full rows.
int choose_columns(const Sheet& sheet, int cell_width, int cell_height) {
  const int count = static_cast<int>(sheet.cells.size());
  const int most_rows = std::max(1, sheet.page.height / cell_height);
  const int most_columns =
      std::clamp((sheet.page.width - cell_width / 2) / cell_width, 1, std::min(count, kMostColumns));
  int best = 1;
  double least = 1e9;
  for (int columns = 1; columns <= most_columns; ++columns) {
    const int rows = rows_of(sheet, columns);
    const double aspect = static_cast<double>(columns * cell_width) / (std::min(rows, most_rows) * cell_height);
    const int gaps = rows * columns - count;
    const double ragged = (gaps > 0 ? 0.15 : 0) + 1.5 * gaps / count;
    const double penalty = std::abs(std::log(aspect / kPageAspect)) + ragged;
    if (penalty < least) {
      least = penalty;
      best = columns;
    }
  }
  return best;
}

int most_caption_lines(const Sheet& sheet, const SheetFonts& fonts, const SheetLayout& layout) {
  int lines = 0;
  for (const SheetCell& cell : sheet.cells) {
    const Caption caption = break_caption(cell.caption, fonts, layout);
    lines = std::max(lines, !caption.second.empty() ? 2 : !caption.first.empty() ? 1 : 0);
  }
  return lines;
}

void measure_captions(const Sheet& sheet, const SheetFonts& fonts, SheetLayout& layout) {
  layout.caption_lines = most_caption_lines(sheet, fonts, layout);
  layout.caption_height = layout.caption_lines == 0 ? 0 : layout.scaled(layout.caption_lines == 1 ? 32 : 54);
  layout.last_gap = layout.scaled(layout.caption_lines == 0 ? 20 : 26);
  layout.row_pitch = layout.thumb.height + layout.caption_height + layout.last_gap;
}

void measure_row_headings(const Sheet& sheet, const SheetFonts& fonts, SheetLayout& layout) {
  double widest = 0;
  for (const std::string& heading : sheet.row_headings) {
    const TwoLines lines = two_lines(heading);
    widest = std::max({widest, fonts.bold.measure(lines.first, layout.heading_size),
                       fonts.regular.measure(lines.second, layout.detail_size)});
  }
  layout.row_heading_width = static_cast<int>(std::ceil(std::min(widest, layout.thumb.width * 0.9)));
}

void place_columns(const Sheet& sheet, SheetLayout& layout) {
  int x = layout.margin;
  if (layout.row_heading_width > 0) x += layout.row_heading_width + layout.scaled(28);
  for (int column = 0; column < layout.columns; ++column) {
    if (layout.grouped && column > 0) {
      const auto at = static_cast<std::size_t>(column);
      const bool new_group =
          two_lines(sheet.column_headings[at]).first != two_lines(sheet.column_headings[at - 1]).first;
      if (new_group) x += layout.scaled(26);
    }
    layout.column_x.push_back(x);
    x += layout.thumb.width + layout.scaled(20);
  }
}

void measure_column_headings(const Sheet& sheet, SheetLayout& layout) {
  bool second = false;
  for (std::size_t i = 0; i < sheet.column_headings.size(); ++i) {
    const TwoLines lines = two_lines(sheet.column_headings[i]);
    second = second || !lines.second.empty();
    if (i > 0 && lines.first == two_lines(sheet.column_headings[i - 1]).first && !lines.second.empty()) {
      layout.grouped = true;
    }
  }
  if (!sheet.column_headings.empty()) layout.column_heading_height = layout.scaled(second ? 66 : 38);
}

void break_into_pages(const Sheet& sheet, SheetLayout& layout) {
  const auto rows_that_fit = [&] { return (sheet.page.height - layout.page_height(0)) / layout.row_pitch; };
  const int footer = layout.scaled(34);
  if (!sheet.footer.empty()) layout.footer_height = footer;
  if (rows_that_fit() < layout.rows) layout.footer_height = footer;  // for the page number
  const int most = rows_that_fit();
  if (most < 1) return;
  layout.pages = (layout.rows + most - 1) / most;
  layout.rows_on_page = (layout.rows + layout.pages - 1) / layout.pages;
}

SheetLayout measure_sheet(const Sheet& sheet, const SheetFonts& fonts, Extent picture, int thumb_side) {
  SheetLayout layout;
  layout.thumb = fit_within(picture, {thumb_side, thumb_side});
  layout.unit = thumb_side / static_cast<double>(kUsualThumb);
  layout.margin = layout.scaled(56);
  layout.radius = static_cast<float>(10 * layout.unit);
  layout.heading_size = 19 * layout.unit;
  layout.caption_size = 17 * layout.unit;
  layout.detail_size = 15 * layout.unit;
  layout.footer_size = 14 * layout.unit;
  measure_captions(sheet, fonts, layout);
  measure_column_headings(sheet, layout);
  measure_row_headings(sheet, fonts, layout);

  const int cell_width = layout.thumb.width + layout.scaled(20);
  layout.columns = !sheet.column_headings.empty() ? static_cast<int>(sheet.column_headings.size())
                   : sheet.columns > 0            ? std::min(sheet.columns, static_cast<int>(sheet.cells.size()))
                                                  : choose_columns(sheet, cell_width, layout.row_pitch);
  layout.rows = rows_of(sheet, layout.columns);
  place_columns(sheet, layout);
  layout.content_width = layout.column_x.back() + layout.thumb.width - layout.margin;

  layout.title_size = std::clamp(layout.content_width * 0.021, 30 * layout.unit, 56 * layout.unit);
  layout.subtitle_size = std::max(layout.title_size * 0.46, 16 * layout.unit);
  // A title may make a narrow sheet wider, up to three pictures.
  const double text = std::max(fonts.bold.measure(sheet.title, layout.title_size),
                               fonts.regular.measure(sheet.subtitle, layout.subtitle_size));
  layout.content_width =
      std::max(layout.content_width, static_cast<int>(std::min(std::ceil(text), layout.thumb.width * 3.0)));
  if (!sheet.title.empty()) layout.header_height += static_cast<int>(layout.title_size * 1.25);
  if (!sheet.subtitle.empty()) layout.header_height += static_cast<int>(layout.subtitle_size * 1.6);
  if (layout.header_height > 0) layout.header_height += layout.scaled(48);

  break_into_pages(sheet, layout);
  return layout;
}

}  // namespace

TwoLines two_lines(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  const std::string_view rest = text.substr(end + 1);
  return {text.substr(0, end), rest.substr(0, rest.find('\n'))};
}

Caption break_caption(std::string_view text, const SheetFonts& fonts, const SheetLayout& layout) {
  const double width = layout.thumb.width - 4 * layout.unit;
  auto [first, second] = two_lines(text);
  const std::size_t fitting = fonts.regular.fitting_bytes(first, layout.caption_size, width);
  const std::size_t space = first.substr(0, fitting).rfind(' ');
  const bool continued = second.empty() && fitting < first.size() && space != std::string_view::npos;
  if (continued) {
    second = first.substr(space + 1);
    first = first.substr(0, space);
  }
  const double second_size = continued ? layout.caption_size : layout.detail_size;
  return {fonts.regular.fit(first, layout.caption_size, width), fonts.regular.fit(second, second_size, width),
          continued};
}

int SheetLayout::scaled(double pixels) const {
  return std::max(1, static_cast<int>(std::lround(pixels * unit)));
}

Result<SheetLayout> lay_out_sheet(const Sheet& sheet, const SheetFonts& fonts, Extent picture) {
  int thumb = chosen_thumb(sheet, picture);
  for (;;) {
    SheetLayout layout = measure_sheet(sheet, fonts, picture, thumb);
    if (layout.page_width() <= sheet.page.width && layout.rows_on_page > 0) return layout;
    const int smaller = thumb * 9 / 10;
    if (sheet.thumb > 0 || smaller < kLeastThumb) {
      return Status(Code::kTooLarge, "a contact sheet of " + std::to_string(layout.columns) +
                                         " columns does not fit a page of " + std::to_string(sheet.page.width) + "x" +
                                         std::to_string(sheet.page.height) +
                                         " pixels; take fewer columns or smaller pictures");
    }
    thumb = smaller;
  }
}

}  // namespace troupe::picture
