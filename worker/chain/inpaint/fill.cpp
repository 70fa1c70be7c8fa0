#include "worker/chain/inpaint/fill.h"

#include <array>

#include "common/picture/resize.h"
#include "worker/chain/inpaint/area.h"
#include "worker/chain/inpaint/cutout.h"

namespace troupe::chain {
namespace {

picture::Picture alpha_of(const picture::Picture& image) {
  picture::Picture alpha = picture::make_picture({image.width, image.height}, 1, 0);
  for (std::size_t i = 0; i < alpha.pixels.size(); ++i) alpha.pixels[i] = image.pixels[i * 4 + 3];
  return alpha;
}

}  // namespace

void fill_blank(picture::Picture& image, const picture::Picture& mask) {
  std::array<std::uint64_t, 3> sums{};
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if (mask.pixels[i] != 0) continue;
    ++kept;
    for (std::size_t c = 0; c < 3; ++c) sums[c] += image.pixels[i * 3 + c];
  }
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if (mask.pixels[i] == 0) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      image.pixels[i * 3 + c] = kept == 0 ? 128 : static_cast<std::uint8_t>((sums[c] + kept / 2) / kept);
    }
  }
}

Status fill_reference(picture::Picture& image, const picture::Picture& mask, const picture::Picture& reference) {
  const auto box = bounds(mask);
  if (!box) return {};
  TROUPE_RETURN_IF_ERROR(picture::check_picture(reference));
  picture::Picture thing = cutout(reference);
  if (const auto solid = bounds(alpha_of(thing))) thing = crop(thing, *solid);
  const picture::Extent extent = picture::fit_within({thing.width, thing.height}, {box->width, box->height});
  TROUPE_ASSIGN_OR_RETURN(thing, picture::resize(thing, extent));
  const int left = box->x + (box->width - extent.width) / 2, top = box->y + (box->height - extent.height) / 2;
  for (int y = 0; y < extent.height; ++y) {
    for (int x = 0; x < extent.width; ++x) {
      if (*mask.at(left + x, top + y) == 0) continue;
      const std::uint8_t* from = thing.at(x, y);
      std::uint8_t* to = image.at(left + x, top + y);
      for (int c = 0; c < 3; ++c) {
        to[c] = static_cast<std::uint8_t>((from[c] * from[3] + to[c] * (255 - from[3]) + 127) / 255);
      }
    }
  }
  return {};
}

}  // namespace troupe::chain
