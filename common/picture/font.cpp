#include "common/picture/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H
#include FT_OUTLINE_H

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "common/picture/utf8.h"

namespace troupe::picture {
namespace {

constexpr double kLeastSize = 4, kMostSize = 400;
constexpr char kEllipsis[] = "\xE2\x80\xA6";

constexpr const char* kFolders[] = {
    "/usr/share/fonts/truetype/dejavu",    // Debian, Ubuntu
    "/usr/share/fonts/dejavu-sans-fonts",  // Fedora
    "/usr/share/fonts/dejavu",             // Alpine, older Fedora
    "/usr/share/fonts/TTF",                // Arch
    "/usr/local/share/fonts",
};

std::string face_in(const std::filesystem::path& folder, Weight weight) {
  std::error_code error;
  if (weight == Weight::kBold && std::filesystem::exists(folder / "DejaVuSans-Bold.ttf", error)) {
    return (folder / "DejaVuSans-Bold.ttf").string();
  }
  return std::filesystem::exists(folder / "DejaVuSans.ttf", error) ? (folder / "DejaVuSans.ttf").string() : "";
}

Result<std::string> find_face(Weight weight) {
  std::error_code error;
  if (const char* chosen = std::getenv("TROUPE_FONT"); chosen != nullptr && *chosen != '\0') {
    if (std::filesystem::is_regular_file(chosen, error)) return std::string(chosen);
    if (const std::string face = face_in(chosen, weight); !face.empty()) return face;
    return Status(Code::kNotFound, std::string("TROUPE_FONT=") + chosen +
                                       " is neither a font file nor a folder that holds DejaVuSans.ttf");
  }
  for (const char* folder : kFolders) {
    if (const std::string face = face_in(folder, weight); !face.empty()) return face;
  }
  return Status(Code::kNotFound,
                "no DejaVu Sans font was found for the captions; install it (apt-get install fonts-dejavu-core) or "
                "name a font file in TROUPE_FONT");
}

void blend_bitmap(Canvas& canvas, const FT_Bitmap& bitmap, int left, int top, Colour colour) {
  for (int row = 0; row < static_cast<int>(bitmap.rows); ++row) {
    for (int column = 0; column < static_cast<int>(bitmap.width); ++column) {
      const float coverage = static_cast<float>(bitmap.buffer[row * bitmap.pitch + column]) / 255;
      if (coverage > 0) canvas.blend(left + column, top + row, colour, coverage);
    }
  }
}

bool is_shown(char32_t c) {
  return c >= 0x20 && (c < 0x7F || c > 0x9F);
}

}  // namespace

struct Font::State {
  FT_Library library = nullptr;
  FT_Face face = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }

  // Unhinted widths in ems, so that a text is equally wide at every size.
  double advance(FT_UInt glyph) const {
    FT_Fixed units = 0;
    FT_Get_Advance(face, glyph, FT_LOAD_NO_SCALE, &units);
    return static_cast<double>(units) / face->units_per_EM;
  }
  // Walks over `text`, telling `visit` how many bytes have gone by and how wide they are, until it returns false.
  template <typename Visit>
  void walk(std::string_view text, Visit visit) const {
    double width = 0;
    FT_UInt before = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const char32_t c = take_code_point(rest);
      if (is_shown(c)) {
        const FT_UInt glyph = FT_Get_Char_Index(face, c);
        width += kerning(before, glyph) + advance(glyph);
        before = glyph;
      }
      if (!visit(text.size() - rest.size(), width)) return;
    }
  }
  double ems(std::string_view text) const {
    double total = 0;
    walk(text, [&total](std::size_t, double width) {
      total = width;
      return true;
    });
    return total;
  }
  double kerning(FT_UInt left, FT_UInt right) const {
    FT_Vector units{};
    if (FT_HAS_KERNING(face) && left != 0) FT_Get_Kerning(face, left, right, FT_KERNING_UNSCALED, &units);
    return static_cast<double>(units.x) / face->units_per_EM;
  }
};

Font::Font(std::unique_ptr<State> state) : state_(std::move(state)) {}
Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;
Font::~Font() = default;

Result<Font> Font::load(Weight weight) {
  TROUPE_ASSIGN_OR_RETURN(const std::string path, find_face(weight));
  auto state = std::make_unique<State>();
  if (FT_Init_FreeType(&state->library) != 0) return Status(Code::kInternal, "FreeType could not be started");
  if (FT_New_Face(state->library, path.c_str(), 0, &state->face) != 0 || !FT_IS_SCALABLE(state->face)) {
    return Status(Code::kCorrupt, path + " is not an outline font that FreeType can read");
  }
  return Font(std::move(state));
}

double Font::measure(std::string_view text, double size) const {
  return state_->ems(text) * std::clamp(size, kLeastSize, kMostSize);
}

std::size_t Font::fitting_bytes(std::string_view text, double size, double width) const {
  const double room = width / std::clamp(size, kLeastSize, kMostSize);
  std::size_t fitting = 0;
  state_->walk(text, [&](std::size_t bytes, double used) {
    if (used <= room) fitting = bytes;
    return used <= room;
  });
  return fitting;
}

std::string Font::fit(std::string_view text, double size, double width) const {
  if (fitting_bytes(text, size, width) == text.size()) return std::string(text);
  const std::string_view kept = text.substr(0, fitting_bytes(text, size, width - measure(kEllipsis, size)));
  const std::size_t last = kept.find_last_not_of(" ,;:-/");
  return std::string(kept.substr(0, last == std::string_view::npos ? 0 : last + 1)) + kEllipsis;
}

void Font::draw(Canvas& canvas, std::string_view text, double size, double x, double y, Colour colour) const {
  size = std::clamp(size, kLeastSize, kMostSize);
  FT_Face face = state_->face;
  if (FT_Set_Char_Size(face, 0, static_cast<FT_F26Dot6>(std::lround(size * 64)), 72, 72) != 0) return;
  const int baseline = static_cast<int>(std::lround(y));
  FT_UInt before = 0;
  while (!text.empty() && x < canvas.width()) {
    const char32_t c = take_code_point(text);
    if (!is_shown(c)) continue;
    const FT_UInt glyph = FT_Get_Char_Index(face, c);
    x += state_->kerning(before, glyph) * size;
    before = glyph;
    // Light hinting moves outlines up and down only, so a glyph may start at any part of a pixel.
    if (FT_Load_Glyph(face, glyph, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) == 0 &&
        face->glyph->format == FT_GLYPH_FORMAT_OUTLINE) {
      const double whole = std::floor(x);
      FT_Outline_Translate(&face->glyph->outline, static_cast<FT_Pos>(std::lround((x - whole) * 64)), 0);
      if (FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) == 0) {
        const int left = static_cast<int>(whole) + face->glyph->bitmap_left;
        blend_bitmap(canvas, face->glyph->bitmap, left, baseline - face->glyph->bitmap_top, colour);
      }
    }
    x += state_->advance(glyph) * size;
  }
}

}  // namespace troupe::picture
