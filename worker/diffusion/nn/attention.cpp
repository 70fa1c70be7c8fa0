#include "worker/diffusion/nn/attention.h"

#include <ATen/ATen.h>

#include <vector>

namespace troupe::diffusion {
namespace {

// Several projections of the same input as one: their outputs side by side.
Result<Linear> load_fused(Weights& weights, const std::vector<std::string>& names, std::int64_t in, std::int64_t out,
                          bool with_bias) {
  std::vector<at::Tensor> matrices, biases;
  for (const std::string& name : names) {
    TROUPE_ASSIGN_OR_RETURN(Linear part, Linear::load(weights, name, in, out, with_bias));
    matrices.push_back(part.weight);
    biases.push_back(part.bias);
  }
  return Linear{at::cat(matrices), with_bias ? at::cat(biases) : at::Tensor()};
}

Status check_heads(const Weights& weights, const std::string& name, std::int64_t width, std::int64_t heads) {
  if (heads >= 1 && width % heads == 0) return Status();
  return Status(Code::kCorrupt, weights.path() + ": " + name + ": " + std::to_string(heads) +
                                    " heads do not divide its width of " + std::to_string(width));
}

// [B, T, parts * width] -> parts of [B, heads, T, width / heads], views.
std::vector<at::Tensor> split_heads(const at::Tensor& tokens, std::int64_t parts, std::int64_t heads) {
  const std::int64_t batch = tokens.size(0), count = tokens.size(1), size = tokens.size(2) / (parts * heads);
  return tokens.view({batch, count, parts, heads, size}).permute({2, 0, 3, 1, 4}).unbind(0);
}

// [B, heads, T, d] -> [B, T, heads * d]
at::Tensor merge_heads(const at::Tensor& split) {
  return split.transpose(1, 2).reshape({split.size(0), split.size(2), split.size(1) * split.size(3)});
}

}  // namespace

Result<SelfAttention> SelfAttention::load(Weights& weights, const std::string& name, std::int64_t width,
                                          std::int64_t heads, const AttentionNames& names) {
  TROUPE_RETURN_IF_ERROR(check_heads(weights, name, width, heads));
  SelfAttention attention;
  attention.heads = heads;
  const std::string dot = name + ".";
  TROUPE_ASSIGN_OR_RETURN(
      attention.query_key_value,
      load_fused(weights, {dot + names.query, dot + names.key, dot + names.value}, width, width, names.qkv_bias));
  TROUPE_ASSIGN_OR_RETURN(attention.out, Linear::load(weights, dot + names.out, width, width));
  return attention;
}

at::Tensor SelfAttention::forward(const at::Tensor& tokens, bool causal) const {
  const auto parts = split_heads(query_key_value(tokens), 3, heads);
  return out(merge_heads(at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, causal)));
}

Result<CrossAttention> CrossAttention::load(Weights& weights, const std::string& name, std::int64_t width,
                                            std::int64_t context_width, std::int64_t heads) {
  TROUPE_RETURN_IF_ERROR(check_heads(weights, name, width, heads));
  CrossAttention attention;
  attention.heads = heads;
  TROUPE_ASSIGN_OR_RETURN(attention.query, Linear::load(weights, name + ".to_q", width, width, false));
  TROUPE_ASSIGN_OR_RETURN(attention.key_value,
                          load_fused(weights, {name + ".to_k", name + ".to_v"}, context_width, width, false));
  TROUPE_ASSIGN_OR_RETURN(attention.out, Linear::load(weights, name + ".to_out.0", width, width));
  return attention;
}

std::pair<at::Tensor, at::Tensor> CrossAttention::keys_values(const at::Tensor& context) const {
  const auto parts = split_heads(key_value(context), 2, heads);
  return {parts[0].contiguous(), parts[1].contiguous()};
}

at::Tensor CrossAttention::forward(const at::Tensor& tokens,
                                   const std::pair<at::Tensor, at::Tensor>& keys_values) const {
  const auto queries = split_heads(query(tokens), 1, heads)[0];
  return out(merge_heads(at::scaled_dot_product_attention(queries, keys_values.first, keys_values.second)));
}

}  // namespace troupe::diffusion
