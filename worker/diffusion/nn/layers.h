// The smallest pieces of the networks: plain structs of tensors that are called like functions.
//
// Maps are [B, C, H, W] in channels_last memory; tokens are [B, T, C] contiguous, so that a map and its tokens are
// views of each other. Loaders take `name + ".weight"` and `name + ".bias"`, the checkpoint's own names.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {

struct Linear {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out], or undefined

  static Result<Linear> load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                             bool with_bias = true);
  // [..., in] -> [..., out]
  at::Tensor operator()(const at::Tensor& x) const;
};

struct Conv2d {
  at::Tensor weight;  // [out, in, kernel, kernel], channels_last
  at::Tensor bias;    // [out]
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  struct Options {
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t padding = 1;
  };
  static Result<Conv2d> load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                             const Options& options);
  // [B, in, H, W] -> [B, out, H', W']
  at::Tensor operator()(const at::Tensor& map) const;
};

// 3x3 that keeps the size, 1x1.
inline constexpr Conv2d::Options kConv3x3{3, 1, 1};
inline constexpr Conv2d::Options kConv1x1{1, 1, 0};

struct GroupNorm {
  at::Tensor weight;  // [channels]
  at::Tensor bias;
  std::int64_t groups = 0;
  double eps = 0;

  // kCorrupt when groups does not divide channels.
  static Result<GroupNorm> load(Weights& weights, const std::string& name, std::int64_t channels, std::int64_t groups,
                                double eps);
  at::Tensor operator()(const at::Tensor& map) const;
};

struct LayerNorm {
  at::Tensor weight;  // [channels]
  at::Tensor bias;
  double eps = 1e-5;

  static Result<LayerNorm> load(Weights& weights, const std::string& name, std::int64_t channels, double eps = 1e-5);
  at::Tensor operator()(const at::Tensor& tokens) const;
};

// [B, C, H, W] -> [B, H * W, C]; a view when the map is channels_last.
at::Tensor map_to_tokens(const at::Tensor& map);
// [B, height * width, C] -> [B, C, height, width]; a view, channels_last.
at::Tensor tokens_to_map(const at::Tensor& tokens, std::int64_t height, std::int64_t width);
// The map in channels_last memory on the placement's device in its dtype; itself when it is that already.
at::Tensor as_map(const at::Tensor& map, const Placement& placement);

}  // namespace troupe::diffusion
