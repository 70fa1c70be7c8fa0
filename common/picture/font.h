// Text on pictures: the system's DejaVu Sans through FreeType.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/status.h"
#include "common/picture/canvas.h"

namespace troupe::picture {

enum class Weight { kRegular, kBold };

// A loaded font. All texts are UTF-8 (a broken sequence shows as U+FFFD); control characters are left out. Sizes are
// pixels of an em. Not for two threads at once.
class Font {
 public:
  // $TROUPE_FONT (a file, or a folder that holds DejaVuSans.ttf), else where Linux distributions put DejaVu Sans.
  // kNotFound says what to install. A folder without the bold face gives the regular one.
  static Result<Font> load(Weight weight);

  Font(Font&&) noexcept;
  Font& operator=(Font&&) noexcept;
  ~Font();

  // How wide `text` comes out, in pixels.
  double measure(std::string_view text, double size) const;

  // How many bytes from the start of `text` fit `width`: whole characters.
  std::size_t fitting_bytes(std::string_view text, double size, double width) const;

  // `text`, or as much of its start as fits `width` with an ellipsis.
  std::string fit(std::string_view text, double size, double width) const;

  // Draws one line with its baseline at y and its left end at x, clipped to the canvas.
  void draw(Canvas& canvas, std::string_view text, double size, double x, double y, Colour colour) const;

 private:
  struct State;
  explicit Font(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::picture
