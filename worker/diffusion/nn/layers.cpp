#include "worker/diffusion/nn/layers.h"

#include <ATen/ATen.h>

#include <utility>

namespace troupe::diffusion {

Result<Linear> Linear::load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                            bool with_bias) {
  Linear layer;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, weights.take(name + ".weight", {out, in}));
  if (with_bias) {
    TROUPE_ASSIGN_OR_RETURN(layer.bias, weights.take(name + ".bias", {out}));
  }
  return layer;
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return at::linear(x, weight, bias);
}

Result<Conv2d> Conv2d::load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                            const Options& options) {
  Conv2d layer;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, weights.take(name + ".weight", {out, in, options.kernel, options.kernel}));
  TROUPE_ASSIGN_OR_RETURN(layer.bias, weights.take(name + ".bias", {out}));
  layer.weight = layer.weight.contiguous(at::MemoryFormat::ChannelsLast);
  layer.stride = options.stride;
  layer.padding = options.padding;
  return layer;
}

at::Tensor Conv2d::operator()(const at::Tensor& map) const {
  return at::conv2d(map, weight, bias, {stride, stride}, {padding, padding});
}

Result<GroupNorm> GroupNorm::load(Weights& weights, const std::string& name, std::int64_t channels, std::int64_t groups,
                                  double eps) {
  if (groups < 1 || channels % groups != 0) {
    return Status(Code::kCorrupt, weights.path() + ": " + name + ": norm_num_groups " + std::to_string(groups) +
                                      " does not divide its " + std::to_string(channels) + " channels");
  }
  GroupNorm layer;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, weights.take(name + ".weight", {channels}));
  TROUPE_ASSIGN_OR_RETURN(layer.bias, weights.take(name + ".bias", {channels}));
  layer.groups = groups;
  layer.eps = eps;
  return layer;
}

at::Tensor GroupNorm::operator()(const at::Tensor& map) const {
  return at::group_norm(map, groups, weight, bias, eps);
}

Result<LayerNorm> LayerNorm::load(Weights& weights, const std::string& name, std::int64_t channels, double eps) {
  LayerNorm layer;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, weights.take(name + ".weight", {channels}));
  TROUPE_ASSIGN_OR_RETURN(layer.bias, weights.take(name + ".bias", {channels}));
  layer.eps = eps;
  return layer;
}

at::Tensor LayerNorm::operator()(const at::Tensor& tokens) const {
  return at::layer_norm(tokens, weight.sizes(), weight, bias, eps);
}

at::Tensor map_to_tokens(const at::Tensor& map) {
  return map.permute({0, 2, 3, 1}).reshape({map.size(0), map.size(2) * map.size(3), map.size(1)});
}

at::Tensor tokens_to_map(const at::Tensor& tokens, std::int64_t height, std::int64_t width) {
  return tokens.view({tokens.size(0), height, width, tokens.size(2)}).permute({0, 3, 1, 2});
}

at::Tensor as_map(const at::Tensor& map, const Placement& placement) {
  return map.to(placement.device, placement.dtype).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace troupe::diffusion
