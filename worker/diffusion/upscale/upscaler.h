// Enlarges pictures with the networks of Real-ESRGAN: SRVGGNetCompact and RRDBNet, from .safetensors or .pth.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/upscale/network.h"
#include "worker/diffusion/upscale/tiles.h"

namespace troupe::diffusion {

class Upscaler {
 public:
  // kNotFound, or kCorrupt with file and reason: a damaged file, neither of the networks, tensors that do not fit. A
  // .pth is read without executing anything in it (pickle_file.h).
  static Result<std::unique_ptr<Upscaler>> load(const std::string& path, const Placement& placement);

  Upscaler(std::unique_ptr<EnlargingNetwork> network, const Placement& placement)
      : network_(std::move(network)), placement_(placement) {}

  // How many times as large a side becomes: 1, 2, 3, 4 or 8.
  std::int64_t scale() const { return network_->scale(); }
  const EnlargingNetwork& network() const { return *network_; }

  // rgb: [H, W, 3] bytes on the CPU, H and W at least 1. [H * scale, W * scale, 3] bytes on the CPU. kInvalid for
  // another tensor or options out of their ranges; kTooLarge for a result over limits::kMaxPictureSide or
  // kMaxPicturePixels; kNoSpace when memory ran out, for which smaller tiles help; kCancelled when on_tile says false.
  Result<at::Tensor> enlarge(const at::Tensor& rgb, const TileOptions& options,
                             const std::function<bool(int, int)>& on_tile = {}) const;

 private:
  std::unique_ptr<EnlargingNetwork> network_;
  Placement placement_;
};

}  // namespace troupe::diffusion
