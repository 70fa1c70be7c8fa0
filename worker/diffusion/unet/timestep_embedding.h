// How a UNet sees the time: sines and cosines of the timestep, then a small network.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "common/base/status.h"
#include "worker/diffusion/nn/layers.h"
#include "worker/diffusion/unet/unet_config.h"

namespace troupe::diffusion {

struct TimestepEmbedding {
  at::Tensor frequencies;  // [block_out_channels[0] / 2], fp32 on the weights' device
  bool cosines_first = true;
  Linear linear_1;
  Linear linear_2;

  static Result<TimestepEmbedding> load(Weights& weights, const UnetConfig& config);
  // What comes out: 4 * block_out_channels[0].
  static std::int64_t width(const UnetConfig& config) { return 4 * config.block_out_channels[0]; }

  // timestep: [B], fp32 on the weights' device -> [B, width]
  at::Tensor forward(const at::Tensor& timestep) const;
};

}  // namespace troupe::diffusion
