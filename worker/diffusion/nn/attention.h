// Multi-head attention through libtorch's scaled_dot_product_attention, which never builds the T x T matrix.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/status.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

// The checkpoint's names of an attention's four projections and which of them have a bias.
struct AttentionNames {
  const char* query = "to_q";
  const char* key = "to_k";
  const char* value = "to_v";
  const char* out = "to_out.0";
  bool qkv_bias = false;
};

// Tokens attend to each other. The three input projections are one matrix product.
struct SelfAttention {
  Linear query_key_value;  // [3 * width, width]
  Linear out;
  std::int64_t heads = 0;

  // kCorrupt when heads does not divide width.
  static Result<SelfAttention> load(Weights& weights, const std::string& name, std::int64_t width, std::int64_t heads,
                                    const AttentionNames& names = {});
  // [B, T, width] -> the same. causal: a token sees itself and those before it.
  at::Tensor forward(const at::Tensor& tokens, bool causal = false) const;
};

// Tokens attend to a context (the prompt), whose keys and values are computed apart because they stay the same over all
// steps.
struct CrossAttention {
  Linear query;
  Linear key_value;  // [2 * width, context_width]
  Linear out;
  std::int64_t heads = 0;

  static Result<CrossAttention> load(Weights& weights, const std::string& name, std::int64_t width,
                                     std::int64_t context_width, std::int64_t heads);
  // [B, S, context_width] -> keys and values, [B, heads, S, width / heads] each.
  std::pair<at::Tensor, at::Tensor> keys_values(const at::Tensor& context) const;
  // [B, T, width] -> the same.
  at::Tensor forward(const at::Tensor& tokens, const std::pair<at::Tensor, at::Tensor>& keys_values) const;
};

}  // namespace troupe::diffusion
