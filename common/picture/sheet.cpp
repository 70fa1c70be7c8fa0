#include "common/picture/sheet.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "common/picture/sheet_cell.h"
#include "common/picture/sheet_layout.h"

namespace troupe::picture {
namespace {

constexpr Extent kUnknownPicture{256, 256};

Status check_sheet(const Sheet& sheet) {
  if (sheet.cells.empty()) return {Code::kInvalid, "there is nothing to put on a contact sheet"};
  if (sheet.columns < 0 || sheet.thumb < 0 || sheet.thumb > limits::kMaxPictureSide) {
    return {Code::kInvalid, "the columns and the picture size of a contact sheet are positive numbers"};
  }
  TROUPE_RETURN_IF_ERROR(check_extent(sheet.page.width, sheet.page.height).with_context("the sheet's page"));
  const std::size_t columns =
      sheet.column_headings.empty() ? static_cast<std::size_t>(sheet.columns) : sheet.column_headings.size();
  if (!sheet.row_headings.empty()) {
    if (columns == 0) return {Code::kInvalid, "row headings need column headings or a number of columns"};
    const std::size_t rows = (sheet.cells.size() + columns - 1) / columns;
    if (rows != sheet.row_headings.size()) {
      return {Code::kInvalid, "the sheet has " + std::to_string(rows) + " rows but " +
                                  std::to_string(sheet.row_headings.size()) + " row headings"};
    }
  }
  return {};
}

// The extent that the sheet names, or that of the first picture that can be loaded.
Extent picture_extent(const Sheet& sheet) {
  if (sheet.picture.width > 0 && sheet.picture.height > 0) return sheet.picture;
  for (const SheetCell& cell : sheet.cells) {
    const bool shown = cell.state != CellState::kFailed && cell.state != CellState::kMissing;
    if (!cell.load || !shown || cell.state == CellState::kEmpty) continue;
    const Result<Picture> picture = cell.load();
    if (picture.ok()) return {picture->width, picture->height};
  }
  return kUnknownPicture;
}

}  // namespace

struct SheetPages::State {
  Sheet sheet;
  SheetFonts fonts;
  SheetLayout layout;

  void draw_line(Canvas& canvas, const Font& font, std::string_view text, double size, double x, double y, double width,
                 Colour colour) const {
    font.draw(canvas, font.fit(text, size, width), size, x, y, colour);
  }
  void draw_header(Canvas& canvas) const;
  void draw_column_headings(Canvas& canvas) const;
  void draw_row(Canvas& canvas, int row, int y) const;
  void draw_footer(Canvas& canvas, int page) const;
};

void SheetPages::State::draw_header(Canvas& canvas) const {
  if (layout.header_height == 0) return;
  double y = layout.margin;
  if (!sheet.title.empty()) {
    draw_line(canvas, fonts.bold, sheet.title, layout.title_size, layout.margin, y + layout.title_size * 0.82,
              layout.content_width, kInk);
    y += layout.title_size * 1.25;
  }
  if (!sheet.subtitle.empty()) {
    draw_line(canvas, fonts.regular, sheet.subtitle, layout.subtitle_size, layout.margin, y + layout.subtitle_size,
              layout.content_width, kMuted);
  }
  const int rule = layout.margin + layout.header_height - layout.scaled(28);
  canvas.fill({layout.margin, rule, layout.content_width, std::max(1, layout.scaled(1))}, kHairline);
}

void SheetPages::State::draw_column_headings(Canvas& canvas) const {
  const int top = layout.margin + layout.header_height, bottom = layout.grid_top();
  const double second = bottom - layout.scaled(14);
  for (std::size_t i = 0; i < sheet.column_headings.size();) {
    const TwoLines lines = two_lines(sheet.column_headings[i]);
    std::size_t end = i + 1;
    while (layout.grouped && end < sheet.column_headings.size() &&
           two_lines(sheet.column_headings[end]).first == lines.first) {
      ++end;
    }
    const int left = layout.column_x[i], width = layout.column_x[end - 1] + layout.thumb.width - left;
    draw_line(canvas, fonts.bold, lines.first, layout.heading_size, left, top + layout.heading_size, width, kInk);
    if (layout.grouped) canvas.fill({left, top + layout.scaled(30), width, layout.scaled(1)}, kHairline);
    for (; i < end; ++i) {
      draw_line(canvas, fonts.regular, two_lines(sheet.column_headings[i]).second, layout.detail_size,
                layout.column_x[i], second, layout.thumb.width, kMuted);
    }
  }
}

void SheetPages::State::draw_row(Canvas& canvas, int row, int y) const {
  if (static_cast<std::size_t>(row) < sheet.row_headings.size()) {
    const TwoLines lines = two_lines(sheet.row_headings[static_cast<std::size_t>(row)]);
    const double middle = y + layout.thumb.height / 2.0;
    const double first = middle + layout.heading_size * (lines.second.empty() ? 0.36 : -0.12);
    const double width = layout.row_heading_width + 1;
    draw_line(canvas, fonts.bold, lines.first, layout.heading_size, layout.margin, first, width, kInk);
    draw_line(canvas, fonts.regular, lines.second, layout.detail_size, layout.margin, first + layout.detail_size * 1.5,
              width, kMuted);
  }
  for (int column = 0; column < layout.columns; ++column) {
    const std::size_t at =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(layout.columns) + static_cast<std::size_t>(column);
    if (at >= sheet.cells.size()) return;
    draw_cell(canvas, sheet.cells[at], layout.column_x[static_cast<std::size_t>(column)], y, layout, fonts);
  }
}

void SheetPages::State::draw_footer(Canvas& canvas, int page) const {
  const double y = canvas.height() - layout.margin * 0.42;
  std::string number;
  if (layout.pages > 1) number = std::to_string(page + 1) + " / " + std::to_string(layout.pages);
  const double number_width = fonts.regular.measure(number, layout.footer_size);
  fonts.regular.draw(canvas, number, layout.footer_size, layout.margin + layout.content_width - number_width, y,
                     kMuted);
  draw_line(canvas, fonts.regular, sheet.footer, layout.footer_size, layout.margin, y,
            layout.content_width - number_width - layout.margin, kMuted);
}

Result<SheetPages> SheetPages::lay_out(Sheet sheet) {
  TROUPE_RETURN_IF_ERROR(check_sheet(sheet));
  TROUPE_ASSIGN_OR_RETURN(Font regular, Font::load(Weight::kRegular));
  TROUPE_ASSIGN_OR_RETURN(Font bold, Font::load(Weight::kBold));
  auto state = std::make_unique<State>(State{std::move(sheet), {std::move(regular), std::move(bold)}, {}});
  TROUPE_ASSIGN_OR_RETURN(state->layout, lay_out_sheet(state->sheet, state->fonts, picture_extent(state->sheet)));
  return SheetPages(std::move(state));
}

SheetPages::SheetPages(std::unique_ptr<State> state) : state_(std::move(state)) {}
SheetPages::SheetPages(SheetPages&&) noexcept = default;
SheetPages& SheetPages::operator=(SheetPages&&) noexcept = default;
SheetPages::~SheetPages() = default;

int SheetPages::count() const {
  return state_->layout.pages;
}

Result<Picture> SheetPages::render(int page) const {
  const SheetLayout& layout = state_->layout;
  if (page < 0 || page >= layout.pages) {
    return Status(Code::kInvalid, "the sheet has no page " + std::to_string(page + 1));
  }
  const int first = page * layout.rows_on_page, last = std::min(layout.rows, first + layout.rows_on_page);
  Canvas canvas({layout.page_width(), layout.page_height(last - first)}, kPaper);
  state_->draw_header(canvas);
  state_->draw_column_headings(canvas);
  for (int row = first; row < last; ++row)
    state_->draw_row(canvas, row, layout.grid_top() + (row - first) * layout.row_pitch);
  state_->draw_footer(canvas, page);
  return canvas.take();
}

}  // namespace troupe::picture
