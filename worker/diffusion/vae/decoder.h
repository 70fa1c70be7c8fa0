// Latents -> picture.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/vae/mid_block.h"

namespace troupe::diffusion {

struct VaeDecoder {
  struct UpBlock {
    std::vector<ResnetBlock> resnets;
    std::optional<Conv2d> upsampler;  // after doubling the size; on every level but the last
  };
  std::optional<Conv2d> post_quant_conv;
  Conv2d conv_in;
  VaeMidBlock mid_block;
  std::vector<UpBlock> up_blocks;
  GroupNorm conv_norm_out;
  Conv2d conv_out;

  static Result<VaeDecoder> load(Weights& weights, const VaeConfig& config);
  // z: [B, latent_channels, h, w] -> [B, out_channels, h * scale, w * scale]
  at::Tensor forward(const at::Tensor& z) const;
};

}  // namespace troupe::diffusion
