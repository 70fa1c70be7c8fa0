#include "common/picture/picture.h"

#include <string>

#include "common/base/limits.h"

namespace troupe::picture {
namespace {

std::size_t byte_count(int width, int height, int channels) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
}

std::uint8_t over_white(std::uint8_t value, std::uint8_t alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

}  // namespace

Status check_extent(std::int64_t width, std::int64_t height) {
  const std::string extent = std::to_string(width) + "x" + std::to_string(height);
  if (width < 1 || height < 1) return {Code::kInvalid, "a picture of " + extent + " pixels has no area"};
  if (width > limits::kMaxPictureSide || height > limits::kMaxPictureSide) {
    return {Code::kTooLarge, "a picture of " + extent + " pixels has a side above the limit of " +
                                 std::to_string(limits::kMaxPictureSide) + "; make it smaller"};
  }
  if (width * height > limits::kMaxPicturePixels) {
    return {Code::kTooLarge, "a picture of " + extent + " pixels is above the limit of " +
                                 std::to_string(limits::kMaxPicturePixels) + " pixels; make it smaller"};
  }
  return {};
}

Status check_picture(const Picture& picture) {
  TROUPE_RETURN_IF_ERROR(check_extent(picture.width, picture.height));
  if (picture.channels != 1 && picture.channels != 3 && picture.channels != 4) {
    return {Code::kInvalid, "a picture has 1, 3 or 4 channels, not " + std::to_string(picture.channels)};
  }
  if (picture.pixels.size() != byte_count(picture.width, picture.height, picture.channels)) {
    return {Code::kInvalid, "a picture's bytes do not agree with its width, height and channels"};
  }
  return {};
}

Picture make_picture(Extent extent, int channels, std::uint8_t value) {
  Picture picture{extent.width, extent.height, channels, {}};
  picture.pixels.assign(byte_count(extent.width, extent.height, channels), value);
  return picture;
}

Picture to_rgb(Picture picture) {
  if (picture.channels == 3) return picture;
  Picture rgb = make_picture({picture.width, picture.height}, 3, 0);
  const std::size_t count = byte_count(picture.width, picture.height, 1);
  const std::size_t step = static_cast<std::size_t>(picture.channels);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* from = picture.pixels.data() + i * step;
    std::uint8_t* to = rgb.pixels.data() + i * 3;
    for (std::size_t c = 0; c < 3; ++c) to[c] = step == 1 ? from[0] : over_white(from[c], from[3]);
  }
  return rgb;
}

Digest pixel_digest(const Picture& picture) {
  std::string head;
  for (const int number : {picture.width, picture.height, picture.channels}) {
    for (int shift = 0; shift < 32; shift += 8) head += static_cast<char>(static_cast<unsigned>(number) >> shift & 255);
  }
  Sha256 hash;
  hash.update(head);
  hash.update({reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()});
  return hash.finish();
}

}  // namespace troupe::picture
