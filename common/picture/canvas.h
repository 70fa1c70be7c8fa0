// Drawing on an RGB picture: boxes, rounded corners, pictures in frames. Everything is clipped to the canvas and edges
// are smooth.
#pragma once

#include <cstdint>
#include <utility>

#include "common/picture/picture.h"

namespace troupe::picture {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};

class Canvas {
 public:
  // The extent must pass check_extent.
  Canvas(Extent extent, Colour background);

  int width() const { return picture_.width; }
  int height() const { return picture_.height; }

  // Lays `colour` over one pixel with `coverage` 0 to 1. A pixel outside the canvas is ignored.
  void blend(int x, int y, Colour colour, float coverage);

  void fill(Box box, Colour colour, float radius = 0, float opacity = 1);
  // A line of `thickness` pixels just inside the box's edge.
  void frame(Box box, Colour colour, float radius, float thickness = 1, float opacity = 1);
  // An RGB picture with its top left corner at (x, y), its corners rounded; opacity below 1 fades it.
  void place(const Picture& picture, int x, int y, float radius, float opacity = 1);

  // The picture; the canvas is used up.
  Picture take() { return std::move(picture_); }

 private:
  Picture picture_;
};

}  // namespace troupe::picture
