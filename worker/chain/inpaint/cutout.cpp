#include "worker/chain/inpaint/cutout.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace troupe::chain {
namespace {

constexpr int kTolerance = 16;         // levels of a channel
constexpr double kBorderShare = 0.85;  // of the border's pixels that must be of one colour

struct Point {
  int x, y;
};

std::vector<Point> border_of(const picture::Picture& image) {
  std::vector<Point> border;
  for (int x = 0; x < image.width; ++x) border.insert(border.end(), {{x, 0}, {x, image.height - 1}});
  for (int y = 0; y < image.height; ++y) border.insert(border.end(), {{0, y}, {image.width - 1, y}});
  return border;
}

// Of each channel over the border.
std::array<int, 3> median_colour(const picture::Picture& image, const std::vector<Point>& border) {
  std::array<int, 3> colour{};
  std::vector<std::uint8_t> values(border.size());
  for (std::size_t c = 0; c < 3; ++c) {
    std::ranges::transform(border, values.begin(), [&](Point p) { return image.at(p.x, p.y)[c]; });
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    colour[c] = values[values.size() / 2];
  }
  return colour;
}

picture::Picture with_alpha(const picture::Picture& rgb) {
  picture::Picture image = picture::make_picture({rgb.width, rgb.height}, 4, 255);
  for (std::size_t i = 0; i < rgb.pixels.size() / 3; ++i) std::copy_n(&rgb.pixels[i * 3], 3, &image.pixels[i * 4]);
  return image;
}

}  // namespace

picture::Picture cutout(picture::Picture image) {
  if (image.channels == 4) return image;
  image = with_alpha(picture::to_rgb(std::move(image)));
  std::vector<Point> open = border_of(image);
  const std::array<int, 3> colour = median_colour(image, open);
  const auto is_ground = [&](Point p) {
    const std::uint8_t* pixel = image.at(p.x, p.y);
    for (std::size_t c = 0; c < 3; ++c) {
      if (std::abs(pixel[c] - colour[c]) > kTolerance) return false;
    }
    return true;
  };
  const auto of_one_colour = static_cast<double>(std::ranges::count_if(open, is_ground));
  if (of_one_colour < kBorderShare * static_cast<double>(open.size())) return image;
  while (!open.empty()) {
    const Point p = open.back();
    open.pop_back();
    if (p.x < 0 || p.y < 0 || p.x >= image.width || p.y >= image.height) continue;
    if (image.at(p.x, p.y)[3] == 0 || !is_ground(p)) continue;
    image.at(p.x, p.y)[3] = 0;
    open.insert(open.end(), {{p.x - 1, p.y}, {p.x + 1, p.y}, {p.x, p.y - 1}, {p.x, p.y + 1}});
  }
  return image;
}

}  // namespace troupe::chain
