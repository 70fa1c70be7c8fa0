// Pictures and files that the tests of common/picture start from.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "common/base/random.h"
#include "common/picture/picture.h"

namespace troupe::picture {

// Smooth enough to look like a picture, noisy enough that no two pixels are alike.
inline Picture sample_picture(Extent extent, int channels, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  Picture picture = make_picture(extent, channels, 0);
  std::size_t i = 0;
  for (int y = 0; y < extent.height; ++y) {
    for (int x = 0; x < extent.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        picture.pixels[i++] =
            static_cast<std::uint8_t>((x * 3 + y * 2 + c * 60 + static_cast<int>(random.below(16))) % 256);
      }
    }
  }
  return picture;
}

// Four quarters of plain colour: red, green / blue, white.
inline Picture quarters(int side) {
  Picture picture = make_picture({side, side}, 3, 0);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const bool right = x >= side / 2, low = y >= side / 2;
      std::uint8_t* pixel = picture.at(x, y);
      pixel[0] = right == low ? 255 : 0;
      if (right && low) pixel[1] = pixel[2] = 255;
      if (right && !low) pixel[1] = 255;
      if (!right && low) pixel[2] = 255;
    }
  }
  return picture;
}

// `bytes` with some of its bits turned over or some bytes overwritten, cut or repeated.
inline std::string damaged(std::string bytes, Random& random) {
  const auto at = [&] { return static_cast<std::size_t>(random.below(bytes.size())); };
  switch (random.below(4)) {
    case 0: bytes.resize(at()); break;
    case 1: bytes.insert(at(), bytes.substr(at(), random.below(64))); break;
    case 2: bytes.erase(at(), random.below(16) + 1); break;
    default:
      for (std::uint64_t i = random.below(8) + 1; i > 0; --i) bytes[at()] ^= static_cast<char>(1u << random.below(8));
  }
  return bytes;
}

}  // namespace troupe::picture
