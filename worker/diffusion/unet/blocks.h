// The levels of a UNet: on the way down, in the middle, on the way up.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/nn/resnet_block.h"
#include "worker/diffusion/nn/spatial_transformer.h"
#include "worker/diffusion/unet/unet_config.h"

namespace troupe::diffusion {

// Hands out each transformer block's keys and values in the order in which the blocks run.
class ContextCursor {
 public:
  explicit ContextCursor(const std::vector<KeysValues>& all) : next_(all.data()) {}
  const KeysValues* take(std::size_t count) { return (next_ += count) - count; }

 private:
  const KeysValues* next_;
};

// DownBlock2D, CrossAttnDownBlock2D.
struct DownBlock {
  std::vector<ResnetBlock> resnets;
  std::vector<SpatialTransformer> attentions;  // one per resnet, or none
  std::optional<Conv2d> downsampler;           // on every level but the last

  static Result<DownBlock> load(Weights& weights, const UnetConfig& config, std::size_t level);
  // Appends each step's output to `skips` and returns the last.
  at::Tensor forward(at::Tensor map, const at::Tensor& time, ContextCursor& context,
                     std::vector<at::Tensor>& skips) const;
};

// UNetMidBlock2DCrossAttn: resnet, transformer, resnet.
struct MidBlock {
  ResnetBlock first;
  SpatialTransformer attention;
  ResnetBlock second;

  static Result<MidBlock> load(Weights& weights, const UnetConfig& config);
  at::Tensor forward(const at::Tensor& map, const at::Tensor& time, ContextCursor& context) const;
};

// UpBlock2D, CrossAttnUpBlock2D. Each resnet sees the map and, beside it, a skip of the way down.
struct UpBlock {
  std::vector<ResnetBlock> resnets;
  std::vector<SpatialTransformer> attentions;
  std::optional<Conv2d> upsampler;  // on every level but the last

  // level counts on the way up: 0 is the smallest map.
  static Result<UpBlock> load(Weights& weights, const UnetConfig& config, std::size_t level);
  // Takes its skips from the end of `skips`. The upsampler enlarges to the size of the skip that comes next, which for
  // odd sizes is not twice the map's.
  at::Tensor forward(at::Tensor map, const at::Tensor& time, ContextCursor& context,
                     std::vector<at::Tensor>& skips) const;
};

}  // namespace troupe::diffusion
