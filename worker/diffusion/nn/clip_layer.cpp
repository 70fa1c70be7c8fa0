#include "worker/diffusion/nn/clip_layer.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {
namespace {

constexpr AttentionNames kNames{"q_proj", "k_proj", "v_proj", "out_proj", true};
constexpr double kQuickGelu = 1.702;

}  // namespace

Result<ClipLayer> ClipLayer::load(Weights& weights, const std::string& name, const Options& options) {
  const std::int64_t width = options.width;
  ClipLayer layer;
  layer.activation = options.activation;
  TROUPE_ASSIGN_OR_RETURN(layer.layer_norm1, LayerNorm::load(weights, name + ".layer_norm1", width, options.eps));
  TROUPE_ASSIGN_OR_RETURN(layer.self_attn,
                          SelfAttention::load(weights, name + ".self_attn", width, options.heads, kNames));
  TROUPE_ASSIGN_OR_RETURN(layer.layer_norm2, LayerNorm::load(weights, name + ".layer_norm2", width, options.eps));
  TROUPE_ASSIGN_OR_RETURN(layer.fc1, Linear::load(weights, name + ".mlp.fc1", width, options.intermediate));
  TROUPE_ASSIGN_OR_RETURN(layer.fc2, Linear::load(weights, name + ".mlp.fc2", options.intermediate, width));
  return layer;
}

at::Tensor ClipLayer::feed_forward(const at::Tensor& tokens) const {
  const at::Tensor wide = fc1(tokens);
  switch (activation) {
    case Activation::kQuickGelu: return fc2(at::sigmoid(wide * kQuickGelu).mul_(wide));
    case Activation::kGelu: return fc2(at::gelu(wide));
    case Activation::kRelu: break;
  }
  return fc2(at::relu(wide));
}

at::Tensor ClipLayer::forward(const at::Tensor& tokens, bool causal) const {
  const at::Tensor hidden = self_attn.forward(layer_norm1(tokens), causal).add_(tokens);
  return feed_forward(layer_norm2(hidden)).add_(hidden);
}

at::Tensor ClipLayer::forward_norm_last(const at::Tensor& tokens) const {
  const at::Tensor hidden = layer_norm1(self_attn.forward(tokens).add_(tokens));
  return layer_norm2(feed_forward(hidden).add_(hidden));
}

}  // namespace troupe::diffusion
