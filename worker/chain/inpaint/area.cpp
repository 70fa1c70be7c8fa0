#include "worker/chain/inpaint/area.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace troupe::chain {
namespace {

constexpr std::uint8_t kRepainted = 255;

int nearest_multiple(double pixels, int multiple) {
  return std::max(multiple, static_cast<int>(std::lround(pixels / multiple)) * multiple);
}

// The span begin..begin + length grown to `wanted`, evenly where there is room, inside of 0..limit.
void widen(int& begin, int& length, int wanted, int limit) {
  wanted = std::min(wanted, limit);
  if (wanted <= length) return;
  begin = std::clamp(begin - (wanted - length) / 2, 0, limit - wanted);
  length = wanted;
}

}  // namespace

picture::Picture binarised(picture::Picture mask) {
  for (std::uint8_t& value : mask.pixels) value = value >= 128 ? kRepainted : 0;
  return mask;
}

void take_out(picture::Picture& mask, const Area& area) {
  const int left = std::max(area.x, 0), right = std::min(area.x + area.width, mask.width);
  const int bottom = std::min(area.y + area.height, mask.height);
  for (int y = std::max(area.y, 0); y < bottom && left < right; ++y) {
    std::fill_n(mask.at(left, y), right - left, std::uint8_t{0});
  }
}

std::optional<Area> bounds(const picture::Picture& mask) {
  int left = mask.width, right = -1, top = mask.height, bottom = -1;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (*mask.at(x, y) == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return std::nullopt;
  return Area{left, top, right - left + 1, bottom - top + 1};
}

double repainted_share(const picture::Picture& mask) {
  const auto repainted = mask.pixels.size() - static_cast<std::size_t>(std::ranges::count(mask.pixels, 0));
  return static_cast<double>(repainted) / static_cast<double>(mask.pixels.size());
}

picture::Picture crop(const picture::Picture& image, const Area& area) {
  picture::Picture part = picture::make_picture({area.width, area.height}, image.channels, 0);
  const std::size_t row = static_cast<std::size_t>(area.width) * static_cast<std::size_t>(image.channels);
  for (int y = 0; y < area.height; ++y) std::copy_n(image.at(area.x, area.y + y), row, part.at(0, y));
  return part;
}

void cover_cells(picture::Picture& mask, int cell) {
  for (int top = 0; top < mask.height; top += cell) {
    for (int left = 0; left < mask.width; left += cell) {
      const int bottom = std::min(top + cell, mask.height), width = std::min(cell, mask.width - left);
      bool any = false;
      for (int y = top; y < bottom; ++y)
        any = any || std::any_of(mask.at(left, y), mask.at(left, y) + width, std::identity());
      for (int y = top; any && y < bottom; ++y) std::fill_n(mask.at(left, y), width, kRepainted);
    }
  }
}

Workplace whole_picture(picture::Extent picture, int multiple) {
  return {{0, 0, picture.width, picture.height},
          {nearest_multiple(picture.width, multiple), nearest_multiple(picture.height, multiple)}};
}

Workplace surroundings(const Area& bounds, int context, picture::Extent picture, int native_side, int multiple) {
  Area area = bounds;
  area.x = std::max(0, bounds.x - context);
  area.y = std::max(0, bounds.y - context);
  area.width = std::min(picture.width, bounds.x + bounds.width + context) - area.x;
  area.height = std::min(picture.height, bounds.y + bounds.height + context) - area.y;
  const int side = std::max(area.width, area.height);
  widen(area.x, area.width, side, picture.width);
  widen(area.y, area.height, side, picture.height);
  const double scale = native_side > 0 ? static_cast<double>(native_side) / side : 1;
  return {area, {nearest_multiple(area.width * scale, multiple), nearest_multiple(area.height * scale, multiple)}};
}

}  // namespace troupe::chain
