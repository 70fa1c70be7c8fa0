#include "worker/chain/torch/pixels.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "worker/diffusion/pictures/resize.h"
#include "worker/diffusion/torch_errors.h"

namespace troupe::chain {

at::Tensor tensor_of(const picture::Picture& picture) {
  at::Tensor bytes = at::empty({picture.height, picture.width, picture.channels}, at::kByte);
  std::ranges::copy(picture.pixels, bytes.mutable_data_ptr<std::uint8_t>());
  return picture.channels == 1 ? bytes.squeeze(2) : bytes;
}

Result<picture::Picture> picture_of(const at::Tensor& bytes) {
  const bool grey = bytes.dim() == 2;
  if ((!grey && (bytes.dim() != 3 || bytes.size(2) != 3)) || bytes.scalar_type() != at::kByte) {
    return Status(Code::kInternal, "the pipeline gave something that is not a picture");
  }
  const at::Tensor rows = bytes.contiguous();
  picture::Picture picture =
      picture::make_picture({static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0))}, grey ? 1 : 3, 0);
  std::copy_n(rows.const_data_ptr<std::uint8_t>(), picture.pixels.size(), picture.pixels.begin());
  return picture;
}

Result<picture::Picture> resized(const picture::Picture& picture, picture::Extent to) {
  if (picture::Extent{picture.width, picture.height} == to) return picture;
  TROUPE_RETURN_IF_ERROR(picture::check_extent(to.width, to.height));
  const auto filter = picture.channels == 1 ? diffusion::Filter::kNearest : diffusion::Filter::kLanczos;
  return diffusion::catch_torch(
      "resize", [&] { return picture_of(diffusion::resize_bytes(tensor_of(picture), to.height, to.width, filter)); });
}

}  // namespace troupe::chain
