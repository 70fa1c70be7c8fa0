#include "worker/diffusion/upscale/srvgg.h"

#include <ATen/ATen.h>

#include <string>
#include <utility>

namespace troupe::diffusion {

bool Srvgg::is_in(const NamedTensors& tensors) {
  return tensors.contains("body.0.weight");
}

Result<std::unique_ptr<EnlargingNetwork>> Srvgg::load(NamedTensors& tensors) {
  const auto first = tensors.shape_of("body.0.weight");
  const std::int64_t layers = tensors.count("body.", ".weight");
  const auto last = tensors.shape_of("body." + std::to_string(layers - 1) + ".weight");
  auto network = std::make_unique<Srvgg>();
  for (const std::int64_t scale : {1, 2, 3, 4, 8}) {
    if (!last.empty() && last[0] == 3 * scale * scale) network->scale_ = scale;
  }
  if (first.size() != 4 || layers < 3 || layers % 2 == 0 || network->scale_ == 0) {
    return Status(Code::kCorrupt, tensors.path() +
                                      ": its layers body.0 and on are not those of SRVGGNetCompact: convolutions with "
                                      "PReLU between them, the last with 3 x scale x scale outputs (scale 1, 2, 3, 4 "
                                      "or 8)");
  }
  const std::int64_t features = first[0];
  for (std::int64_t i = 0; i < layers; i += 2) {
    const std::int64_t in = i == 0 ? 3 : features;
    const std::int64_t out = i + 1 == layers ? last[0] : features;
    TROUPE_ASSIGN_OR_RETURN(Conv2d convolution, tensors.take_conv("body." + std::to_string(i), in, out));
    network->convolutions_.push_back(std::move(convolution));
    if (i + 1 == layers) break;
    TROUPE_ASSIGN_OR_RETURN(at::Tensor slope, tensors.take("body." + std::to_string(i + 1) + ".weight", {features}));
    network->slopes_.push_back(std::move(slope));
  }
  return std::unique_ptr<EnlargingNetwork>(std::move(network));
}

at::Tensor Srvgg::forward(const at::Tensor& picture) const {
  at::Tensor map = convolutions_[0](picture);
  for (std::size_t i = 1; i < convolutions_.size(); ++i) map = convolutions_[i](at::prelu(map, slopes_[i - 1]));
  const std::int64_t height = picture.size(2) * scale_, width = picture.size(3) * scale_;
  return at::pixel_shuffle(map, scale_).add_(at::upsample_nearest2d(picture, {height, width}));
}

}  // namespace troupe::diffusion
