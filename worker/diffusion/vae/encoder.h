// Picture -> distribution of latents.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/vae/mid_block.h"

namespace troupe::diffusion {

struct VaeEncoder {
  struct DownBlock {
    std::vector<ResnetBlock> resnets;
    std::optional<Conv2d> downsampler;  // on every level but the last
  };
  Conv2d conv_in;
  std::vector<DownBlock> down_blocks;
  VaeMidBlock mid_block;
  GroupNorm conv_norm_out;
  Conv2d conv_out;
  std::optional<Conv2d> quant_conv;

  static Result<VaeEncoder> load(Weights& weights, const VaeConfig& config);
  // image: [B, in_channels, H, W] -> [B, 2 * latent_channels, H / scale, W / scale], means then log-variances.
  at::Tensor forward(const at::Tensor& image) const;
};

}  // namespace troupe::diffusion
