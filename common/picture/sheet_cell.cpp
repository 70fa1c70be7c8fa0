#include "common/picture/sheet_cell.h"

#include <algorithm>

#include "common/picture/resize.h"

namespace troupe::picture {
namespace {

constexpr std::size_t kNoteLines = 4;
constexpr float kFaded = 0.35f;

void draw_centred(Canvas& canvas, const Font& font, std::string_view text, double size, double centre, double baseline,
                  Colour colour) {
  font.draw(canvas, text, size, centre - font.measure(text, size) / 2, baseline, colour);
}

// `text` broken between words into at most kNoteLines lines; the last one takes what is left, ellipsised.
std::vector<std::string> wrap(const Font& font, std::string_view text, double size, double width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty() && lines.size() + 1 < kNoteLines) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string longer =
        line.empty() ? std::string(text.substr(0, end)) : line + " " + std::string(text.substr(0, end));
    if (!line.empty() && font.measure(longer, size) > width) {
      lines.push_back(font.fit(line, size, width));
      line.clear();
      continue;
    }
    line = longer;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!text.empty()) line.append(line.empty() ? "" : " ").append(text);
  std::ranges::replace(line, '\n', ' ');
  if (!line.empty()) lines.push_back(font.fit(line, size, width));
  return lines;
}

void draw_placeholder(Canvas& canvas, Box box, std::string_view word, std::string_view note, bool bad,
                      const SheetLayout& layout, const SheetFonts& fonts) {
  canvas.fill(box, bad ? kBadPaper : kPlaceholder, layout.radius);
  canvas.frame(box, bad ? kBad : kHairline, layout.radius, static_cast<float>(std::max(1.0, layout.unit)),
               bad ? 0.45f : 1);
  const double line_height = layout.detail_size * 1.35, width = box.width - 32 * layout.unit;
  const std::vector<std::string> lines = wrap(fonts.regular, note, layout.detail_size, width);
  const double height = layout.caption_size + static_cast<double>(lines.size()) * line_height;
  const double centre = box.x + box.width / 2.0;
  double baseline = box.y + (box.height - height) / 2.0 + layout.caption_size * 0.85;
  draw_centred(canvas, fonts.bold, word, layout.caption_size, centre, baseline, bad ? kBad : kMuted);
  baseline += layout.detail_size * 0.2;
  for (const std::string& line : lines) {
    baseline += line_height;
    draw_centred(canvas, fonts.regular, line, layout.detail_size, centre, baseline, kMuted);
  }
}

// A small label in the picture's corner.
void draw_pill(Canvas& canvas, Box box, std::string_view word, Colour colour, const SheetLayout& layout,
               const SheetFonts& fonts) {
  const double size = layout.detail_size * 0.92;
  const int height = layout.scaled(24), inset = layout.scaled(10);
  const int width = static_cast<int>(fonts.bold.measure(word, size)) + layout.scaled(20);
  const Box pill{box.x + inset, box.y + inset, width, height};
  canvas.fill(pill, colour, static_cast<float>(height) / 2, 0.94f);
  draw_centred(canvas, fonts.bold, word, size, pill.x + width / 2.0, pill.y + height / 2.0 + size * 0.36, kWhite);
}

void draw_picture(Canvas& canvas, const SheetCell& cell, Box box, const SheetLayout& layout, const SheetFonts& fonts) {
  Result<Picture> loaded = cell.load ? cell.load() : Status(Code::kNotFound, "there is no picture");
  Result<Picture> thumb = loaded.ok() ? thumbnail(to_rgb(std::move(loaded).value()), {box.width, box.height})
                                      : Result<Picture>(loaded.status());
  if (!thumb.ok()) {
    draw_placeholder(canvas, box, "no picture", thumb.status().message(), true, layout, fonts);
    return;
  }
  const bool rejected = cell.state == CellState::kRejected;
  const int left = (box.width - thumb->width) / 2, top = (box.height - thumb->height) / 2;
  if (left > 0 || top > 0) canvas.fill(box, kPlaceholder, layout.radius);
  canvas.place(*thumb, box.x + left, box.y + top, left > 0 || top > 0 ? 0 : layout.radius, rejected ? kFaded : 1);
  const float line = static_cast<float>(std::max(1.0, layout.unit));
  canvas.frame(box, kInk, layout.radius, line, 0.12f);
  if (cell.state == CellState::kKept) {
    canvas.frame(box, kGood, layout.radius, line * 4);
    draw_pill(canvas, box, "kept", kGood, layout, fonts);
  }
  if (rejected) draw_pill(canvas, box, "rejected", kMuted, layout, fonts);
}

void draw_caption(Canvas& canvas, const SheetCell& cell, Box box, const SheetLayout& layout, const SheetFonts& fonts) {
  const Caption caption = break_caption(cell.caption, fonts, layout);
  const double left = box.x + 2 * layout.unit;
  const double first = box.y + box.height + 25 * layout.unit, second = first + 22 * layout.unit;
  fonts.regular.draw(canvas, caption.first, layout.caption_size, left, first, kInk);
  fonts.regular.draw(canvas, caption.second, caption.continued ? layout.caption_size : layout.detail_size, left, second,
                     caption.continued ? kInk : kMuted);
}

}  // namespace

void draw_cell(Canvas& canvas, const SheetCell& cell, int x, int y, const SheetLayout& layout,
               const SheetFonts& fonts) {
  const Box box{x, y, layout.thumb.width, layout.thumb.height};
  switch (cell.state) {
    case CellState::kEmpty: return;
    case CellState::kFailed: draw_placeholder(canvas, box, "failed", cell.note, true, layout, fonts); break;
    case CellState::kMissing: draw_placeholder(canvas, box, "not rendered", cell.note, false, layout, fonts); break;
    default: draw_picture(canvas, cell, box, layout, fonts); break;
  }
  draw_caption(canvas, cell, box, layout, fonts);
}

}  // namespace troupe::picture
