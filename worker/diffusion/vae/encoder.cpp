#include "worker/diffusion/vae/encoder.h"

#include <ATen/ATen.h>

#include <utility>

namespace troupe::diffusion {
namespace {

Result<VaeEncoder::DownBlock> load_down_block(Weights& weights, const VaeConfig& config, std::size_t level) {
  VaeEncoder::DownBlock block;
  const auto& channels = config.block_out_channels;
  const std::string name = "encoder.down_blocks." + std::to_string(level);
  const std::int64_t out = channels[level];
  std::int64_t in = channels[level == 0 ? 0 : level - 1];
  for (std::int64_t i = 0; i < config.layers_per_block; ++i) {
    const std::string resnet_name = name + ".resnets." + std::to_string(i);
    TROUPE_ASSIGN_OR_RETURN(auto resnet, load_vae_resnet(weights, config, resnet_name, in, out));
    block.resnets.push_back(std::move(resnet));
    in = out;
  }
  if (level + 1 < channels.size()) {
    TROUPE_ASSIGN_OR_RETURN(block.downsampler,
                            Conv2d::load(weights, name + ".downsamplers.0.conv", out, out, {3, 2, 0}));
  }
  return block;
}

// The checkpoints were trained with a zero column at the right and a zero row below, and none at the left and above.
at::Tensor pad_for_downsampling(const at::Tensor& map) {
  return at::constant_pad_nd(map, {0, 1, 0, 1});
}

}  // namespace

Result<VaeEncoder> VaeEncoder::load(Weights& weights, const VaeConfig& config) {
  VaeEncoder encoder;
  const std::int64_t moments = 2 * config.latent_channels, widest = config.block_out_channels.back();
  TROUPE_ASSIGN_OR_RETURN(encoder.conv_in, Conv2d::load(weights, "encoder.conv_in", config.in_channels,
                                                        config.block_out_channels.front(), kConv3x3));
  for (std::size_t level = 0; level < config.block_out_channels.size(); ++level) {
    TROUPE_ASSIGN_OR_RETURN(DownBlock block, load_down_block(weights, config, level));
    encoder.down_blocks.push_back(std::move(block));
  }
  TROUPE_ASSIGN_OR_RETURN(encoder.mid_block, VaeMidBlock::load(weights, config, "encoder.mid_block"));
  TROUPE_ASSIGN_OR_RETURN(encoder.conv_norm_out, GroupNorm::load(weights, "encoder.conv_norm_out", widest,
                                                                 config.norm_num_groups, kVaeNormEps));
  TROUPE_ASSIGN_OR_RETURN(encoder.conv_out, Conv2d::load(weights, "encoder.conv_out", widest, moments, kConv3x3));
  if (config.use_quant_conv) {
    TROUPE_ASSIGN_OR_RETURN(encoder.quant_conv, Conv2d::load(weights, "quant_conv", moments, moments, kConv1x1));
  }
  return encoder;
}

at::Tensor VaeEncoder::forward(const at::Tensor& image) const {
  at::Tensor map = conv_in(image);
  for (const DownBlock& block : down_blocks) {
    for (const ResnetBlock& resnet : block.resnets) map = resnet.forward(map);
    if (block.downsampler) map = (*block.downsampler)(pad_for_downsampling(map));
  }
  map = conv_norm_out(mid_block.forward(map));
  map = conv_out(at::silu_(map));
  return quant_conv ? (*quant_conv)(map) : map;
}

}  // namespace troupe::diffusion
