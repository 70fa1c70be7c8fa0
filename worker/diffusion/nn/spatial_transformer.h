// The transformer between a UNet's convolutions (Transformer2DModel and BasicTransformerBlock of diffusers).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/nn/attention.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

using KeysValues = std::pair<at::Tensor, at::Tensor>;

// Self-attention, cross-attention, feed-forward; each on the layer norm of its input, each added to it.
struct TransformerBlock {
  LayerNorm norm1;
  SelfAttention attn1;
  LayerNorm norm2;
  CrossAttention attn2;
  LayerNorm norm3;
  Linear ff_in;   // ff.net.0.proj: width -> 2 * 4 * width, value and gate (GEGLU: value * gelu(gate))
  Linear ff_out;  // ff.net.2: 4 * width -> width

  static Result<TransformerBlock> load(Weights& weights, const std::string& name, std::int64_t width,
                                       std::int64_t context_width, std::int64_t heads);
  // tokens: [B, T, width]
  at::Tensor forward(const at::Tensor& tokens, const KeysValues& context) const;
};

struct SpatialTransformer {
  GroupNorm norm;
  Linear proj_in;  // a 1x1 convolution in the checkpoint, or a linear layer (use_linear_projection): the same product
  std::vector<TransformerBlock> blocks;
  Linear proj_out;

  struct Options {
    std::int64_t width = 0;
    std::int64_t context_width = 0;
    std::int64_t heads = 0;
    std::int64_t blocks = 1;
    std::int64_t groups = 0;
  };
  static Result<SpatialTransformer> load(Weights& weights, const std::string& name, const Options& options);

  // map: [B, width, H, W] -> the same. context: the keys and values of each block.
  at::Tensor forward(const at::Tensor& map, const KeysValues* context) const;
};

}  // namespace troupe::diffusion
