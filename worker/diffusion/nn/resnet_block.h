// The residual block of UNet and VAE (ResnetBlock2D of diffusers).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

// x -> shortcut(x) + conv2(silu(norm2(conv1(silu(norm1(x))) + time)))
struct ResnetBlock {
  GroupNorm norm1;
  Conv2d conv1;
  std::optional<Linear> time_emb_proj;
  GroupNorm norm2;
  Conv2d conv2;
  std::optional<Conv2d> conv_shortcut;  // 1x1, where in and out differ

  struct Options {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t time_width = 0;  // of the time embedding; 0: the block has none
    std::int64_t groups = 0;
    double eps = 0;
  };
  static Result<ResnetBlock> load(Weights& weights, const std::string& name, const Options& options);

  // map: [B, in, H, W]. time: [B, time_width], already through silu; undefined where the block has none.
  at::Tensor forward(const at::Tensor& map, const at::Tensor& time = {}) const;
};

}  // namespace troupe::diffusion
