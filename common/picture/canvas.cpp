#include "common/picture/canvas.h"

#include <algorithm>
#include <cmath>

namespace troupe::picture {
namespace {

// The signed distance of the centre of the pixel (x, y) of a box to its edge with rounded corners; negative inside
// (https://iquilezles.org/articles/distfunctions2d).
float distance_to_edge(int x, int y, const Box& box, float radius) {
  const float half_width = static_cast<float>(box.width) / 2, half_height = static_cast<float>(box.height) / 2;
  const float px = std::abs(static_cast<float>(x) + 0.5f - half_width) - (half_width - radius);
  const float py = std::abs(static_cast<float>(y) + 0.5f - half_height) - (half_height - radius);
  return std::hypot(std::max(px, 0.0f), std::max(py, 0.0f)) + std::min(std::max(px, py), 0.0f) - radius;
}

// How much of a pixel lies inside an edge at that distance, 0 to 1.
float coverage_at(float distance) {
  return std::clamp(0.5f - distance, 0.0f, 1.0f);
}

// The part of the box that lies on the canvas, as offsets inside the box: [x0, x1) and [y0, y1).
struct Part {
  int x0, y0, x1, y1;
};

Part part_on(const Canvas& canvas, const Box& box) {
  return {std::max(0, -box.x), std::max(0, -box.y), std::min(box.width, canvas.width() - box.x),
          std::min(box.height, canvas.height() - box.y)};
}

}  // namespace

Canvas::Canvas(Extent extent, Colour background) : picture_(make_picture(extent, 3, 0)) {
  for (std::size_t i = 0; i < picture_.pixels.size(); i += 3) {
    picture_.pixels[i] = background.red;
    picture_.pixels[i + 1] = background.green;
    picture_.pixels[i + 2] = background.blue;
  }
}

void Canvas::blend(int x, int y, Colour colour, float coverage) {
  if (x < 0 || y < 0 || x >= width() || y >= height()) return;
  std::uint8_t* pixel = picture_.at(x, y);
  const auto mix = [coverage](std::uint8_t below, std::uint8_t above) {
    return static_cast<std::uint8_t>(static_cast<float>(below) + static_cast<float>(above - below) * coverage + 0.5f);
  };
  pixel[0] = mix(pixel[0], colour.red);
  pixel[1] = mix(pixel[1], colour.green);
  pixel[2] = mix(pixel[2], colour.blue);
}

void Canvas::fill(Box box, Colour colour, float radius, float opacity) {
  const Part part = part_on(*this, box);
  for (int y = part.y0; y < part.y1; ++y) {
    for (int x = part.x0; x < part.x1; ++x) {
      blend(box.x + x, box.y + y, colour,
            opacity * (radius > 0 ? coverage_at(distance_to_edge(x, y, box, radius)) : 1));
    }
  }
}

void Canvas::frame(Box box, Colour colour, float radius, float thickness, float opacity) {
  const Part part = part_on(*this, box);
  const int rim = static_cast<int>(std::ceil(std::max(radius, thickness)));
  for (int y = part.y0; y < part.y1; ++y) {
    const bool edge_row = y < rim || y >= box.height - rim;
    for (int x = part.x0; x < part.x1; ++x) {
      if (!edge_row && x == rim) x = std::max(x, box.width - rim);  // nothing of the frame lies between
      const float distance = distance_to_edge(x, y, box, radius);
      blend(box.x + x, box.y + y, colour, opacity * (coverage_at(distance) - coverage_at(distance + thickness)));
    }
  }
}

void Canvas::place(const Picture& picture, int x, int y, float radius, float opacity) {
  const Box box{x, y, picture.width, picture.height};
  const Part part = part_on(*this, box);
  for (int row = part.y0; row < part.y1; ++row) {
    for (int column = part.x0; column < part.x1; ++column) {
      const std::uint8_t* from = picture.at(column, row);
      const float coverage = coverage_at(distance_to_edge(column, row, box, radius));
      blend(x + column, y + row, {from[0], from[1], from[2]}, opacity * coverage);
    }
  }
}

}  // namespace troupe::picture
