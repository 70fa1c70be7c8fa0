// SRVGGNetCompact (Real-ESRGAN, realesrgan/archs/srvgg_arch.py): plain convolutions at the picture's own size, and one
// step that makes s x s pixels of each, on top of the picture enlarged plainly.
#pragma once

#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/upscale/named_tensors.h"
#include "worker/diffusion/upscale/network.h"

namespace troupe::diffusion {

class Srvgg final : public EnlargingNetwork {
 public:
  // Whether the tensors look like one: body.0.weight.
  static bool is_in(const NamedTensors& tensors);
  // Features, convolutions and scale follow from the shapes; PReLU between the convolutions. kCorrupt names the tensor.
  static Result<std::unique_ptr<EnlargingNetwork>> load(NamedTensors& tensors);

  std::int64_t scale() const override { return scale_; }
  std::int64_t reach() const override { return static_cast<std::int64_t>(convolutions_.size()); }
  at::Tensor forward(const at::Tensor& picture) const override;

 private:
  std::int64_t scale_ = 0;
  std::vector<Conv2d> convolutions_;
  std::vector<at::Tensor> slopes_;  // of the PReLU after each but the last; [features]
};

}  // namespace troupe::diffusion
