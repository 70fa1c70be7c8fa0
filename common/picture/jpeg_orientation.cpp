#include "common/picture/jpeg_orientation.h"

#include <algorithm>

namespace troupe::picture {
namespace {

constexpr std::size_t kTagOrientation = 0x0112;

// Reads numbers of either byte order; beyond the end everything is 0.
struct Tiff {
  std::string_view bytes;
  bool big = false;

  std::size_t number(std::size_t at, std::size_t count) const {
    if (at > bytes.size() || count > bytes.size() - at) return 0;
    std::size_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8 | static_cast<unsigned char>(bytes[big ? at + i : at + count - 1 - i]);
    }
    return value;
  }
};

}  // namespace

int exif_orientation(std::string_view app1) {
  constexpr std::string_view kHead("Exif\0\0", 6);
  if (app1.substr(0, kHead.size()) != kHead) return 1;
  Tiff tiff{app1.substr(kHead.size())};
  tiff.big = tiff.bytes.substr(0, 2) == "MM";
  const std::size_t folder = tiff.number(4, 4);
  const std::size_t entries = tiff.number(folder, 2);  // at most 65535
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = folder + 2 + 12 * i;
    if (tiff.number(entry, 2) != kTagOrientation) continue;
    const std::size_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Picture upright(Picture picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  const bool turned = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const Extent extent = turned ? Extent{picture.height, picture.width} : Extent{picture.width, picture.height};
  Picture out = make_picture(extent, picture.channels, 0);
  for (int y = 0; y < extent.height; ++y) {
    for (int x = 0; x < extent.width; ++x) {
      const int column = turned ? y : x, row = turned ? x : y;
      const std::uint8_t* from =
          picture.at(from_right ? picture.width - 1 - column : column, from_bottom ? picture.height - 1 - row : row);
      std::copy_n(from, picture.channels, out.at(x, y));
    }
  }
  return out;
}

}  // namespace troupe::picture
