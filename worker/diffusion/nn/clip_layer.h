// One transformer layer as CLIP's towers and CLIPSeg's decoder have it (CLIPEncoderLayer, CLIPSegDecoderLayer of
// transformers).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/nn/attention.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

enum class Activation { kQuickGelu, kGelu, kRelu };  // x * sigmoid(1.702 x); the exact gelu; max(x, 0)

struct ClipLayer {
  LayerNorm layer_norm1;
  SelfAttention self_attn;
  LayerNorm layer_norm2;
  Linear fc1;
  Linear fc2;
  Activation activation = Activation::kGelu;

  struct Options {
    std::int64_t width = 0;
    std::int64_t heads = 0;
    std::int64_t intermediate = 0;
    double eps = 1e-5;
    Activation activation = Activation::kGelu;
  };
  static Result<ClipLayer> load(Weights& weights, const std::string& name, const Options& options);

  // tokens: [B, T, width] -> the same.
  // Attention and feed-forward each on the norm of their input, each added to it.
  at::Tensor forward(const at::Tensor& tokens, bool causal) const;
  // Each added to its input, then the norm of the sum.
  at::Tensor forward_norm_last(const at::Tensor& tokens) const;

 private:
  at::Tensor feed_forward(const at::Tensor& tokens) const;
};

}  // namespace troupe::diffusion
