#include "worker/diffusion/vae/decoder.h"

#include <ATen/ATen.h>

#include <utility>

namespace troupe::diffusion {
namespace {

Result<VaeDecoder::UpBlock> load_up_block(Weights& weights, const VaeConfig& config, std::size_t level) {
  VaeDecoder::UpBlock block;
  const auto& channels = config.block_out_channels;
  const std::size_t last = channels.size() - 1;
  const std::string name = "decoder.up_blocks." + std::to_string(level);
  const std::int64_t out = channels[last - level];
  std::int64_t in = channels[level == 0 ? last : last - level + 1];
  for (std::int64_t i = 0; i <= config.layers_per_block; ++i) {
    const std::string resnet_name = name + ".resnets." + std::to_string(i);
    TROUPE_ASSIGN_OR_RETURN(auto resnet, load_vae_resnet(weights, config, resnet_name, in, out));
    block.resnets.push_back(std::move(resnet));
    in = out;
  }
  if (level < last) {
    TROUPE_ASSIGN_OR_RETURN(block.upsampler, Conv2d::load(weights, name + ".upsamplers.0.conv", out, out, kConv3x3));
  }
  return block;
}

}  // namespace

Result<VaeDecoder> VaeDecoder::load(Weights& weights, const VaeConfig& config) {
  VaeDecoder decoder;
  const std::int64_t latent = config.latent_channels, widest = config.block_out_channels.back();
  const std::int64_t narrowest = config.block_out_channels.front();
  if (config.use_post_quant_conv) {
    TROUPE_ASSIGN_OR_RETURN(decoder.post_quant_conv,
                            Conv2d::load(weights, "post_quant_conv", latent, latent, kConv1x1));
  }
  TROUPE_ASSIGN_OR_RETURN(decoder.conv_in, Conv2d::load(weights, "decoder.conv_in", latent, widest, kConv3x3));
  TROUPE_ASSIGN_OR_RETURN(decoder.mid_block, VaeMidBlock::load(weights, config, "decoder.mid_block"));
  for (std::size_t level = 0; level < config.block_out_channels.size(); ++level) {
    TROUPE_ASSIGN_OR_RETURN(UpBlock block, load_up_block(weights, config, level));
    decoder.up_blocks.push_back(std::move(block));
  }
  TROUPE_ASSIGN_OR_RETURN(decoder.conv_norm_out, GroupNorm::load(weights, "decoder.conv_norm_out", narrowest,
                                                                 config.norm_num_groups, kVaeNormEps));
  TROUPE_ASSIGN_OR_RETURN(decoder.conv_out,
                          Conv2d::load(weights, "decoder.conv_out", narrowest, config.out_channels, kConv3x3));
  return decoder;
}

at::Tensor VaeDecoder::forward(const at::Tensor& z) const {
  at::Tensor map = mid_block.forward(conv_in(post_quant_conv ? (*post_quant_conv)(z) : z));
  for (const UpBlock& block : up_blocks) {
    for (const ResnetBlock& resnet : block.resnets) map = resnet.forward(map);
    if (block.upsampler) map = (*block.upsampler)(at::upsample_nearest2d(map, {2 * map.size(2), 2 * map.size(3)}));
  }
  map = conv_norm_out(map);
  return conv_out(at::silu_(map));
}

}  // namespace troupe::diffusion
