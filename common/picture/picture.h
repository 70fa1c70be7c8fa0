// Picture: 8-bit sRGB pixels in memory, the one form in which pictures travel between stages, files and sheets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::picture {

// Rows from top to bottom, pixels from left to right, channels interleaved, nothing between rows:
// pixels[(y * width + x) * channels + c]. One channel is grey, three are RGB, four are RGB with straight alpha.
struct Picture {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<std::uint8_t> pixels;

  bool empty() const { return pixels.empty(); }
  std::uint8_t* at(int x, int y) { return pixels.data() + offset(x, y); }
  const std::uint8_t* at(int x, int y) const { return pixels.data() + offset(x, y); }
  bool operator==(const Picture&) const = default;

 private:
  std::size_t offset(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
           static_cast<std::size_t>(channels);
  }
};

// Width and height, in pixels.
struct Extent {
  int width = 0;
  int height = 0;
  bool operator==(const Extent&) const = default;
};

// Sides of 1 to limits::kMaxPictureSide and at most limits::kMaxPicturePixels together: kInvalid or kTooLarge else.
Status check_extent(std::int64_t width, std::int64_t height);

// check_extent, and channels and the number of bytes agree.
Status check_picture(const Picture& picture);

// A picture whose every byte is `value`. The extent must pass check_extent.
Picture make_picture(Extent extent, int channels, std::uint8_t value);

// The same picture with three channels: grey is repeated, alpha is laid over white.
Picture to_rgb(Picture picture);

// SHA-256 of width, height, channels (each as 4 little-endian bytes) and the pixels: equal exactly when the decoded
// pictures are equal, whatever file they came from.
Digest pixel_digest(const Picture& picture);

}  // namespace troupe::picture
