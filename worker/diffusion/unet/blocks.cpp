#include "worker/diffusion/unet/blocks.h"

#include <ATen/ATen.h>

#include <utility>

#include "worker/diffusion/unet/timestep_embedding.h"

namespace troupe::diffusion {
namespace {

Result<ResnetBlock> load_resnet(Weights& weights, const UnetConfig& config, const std::string& name, std::int64_t in,
                                std::int64_t out) {
  return ResnetBlock::load(weights, name,
                           {in, out, TimestepEmbedding::width(config), config.norm_num_groups, config.norm_eps});
}

// level counts on the way down, as in the config's lists.
Result<SpatialTransformer> load_transformer(Weights& weights, const UnetConfig& config, const std::string& name,
                                            std::size_t level) {
  return SpatialTransformer::load(weights, name,
                                  {config.block_out_channels[level], config.cross_attention_dim, config.heads[level],
                                   config.transformer_layers[level], config.norm_num_groups});
}

at::Tensor attend(const SpatialTransformer& transformer, const at::Tensor& map, ContextCursor& context) {
  return transformer.forward(map, context.take(transformer.blocks.size()));
}

std::string numbered(const std::string& name, std::size_t index) {
  return name + "." + std::to_string(index);
}

}  // namespace

Result<DownBlock> DownBlock::load(Weights& weights, const UnetConfig& config, std::size_t level) {
  DownBlock block;
  const std::string name = numbered("down_blocks", level);
  const std::int64_t out = config.block_out_channels[level];
  std::int64_t in = level == 0 ? out : config.block_out_channels[level - 1];
  for (std::size_t i = 0; i < static_cast<std::size_t>(config.layers_per_block); ++i) {
    TROUPE_ASSIGN_OR_RETURN(auto resnet, load_resnet(weights, config, numbered(name + ".resnets", i), in, out));
    block.resnets.push_back(std::move(resnet));
    if (config.down_attention[level]) {
      TROUPE_ASSIGN_OR_RETURN(auto transformer,
                              load_transformer(weights, config, numbered(name + ".attentions", i), level));
      block.attentions.push_back(std::move(transformer));
    }
    in = out;
  }
  if (level + 1 < config.block_out_channels.size()) {
    TROUPE_ASSIGN_OR_RETURN(block.downsampler,
                            Conv2d::load(weights, name + ".downsamplers.0.conv", out, out, {3, 2, 1}));
  }
  return block;
}

at::Tensor DownBlock::forward(at::Tensor map, const at::Tensor& time, ContextCursor& context,
                              std::vector<at::Tensor>& skips) const {
  for (std::size_t i = 0; i < resnets.size(); ++i) {
    map = resnets[i].forward(map, time);
    if (!attentions.empty()) map = attend(attentions[i], map, context);
    skips.push_back(map);
  }
  if (downsampler) {
    map = (*downsampler)(map);
    skips.push_back(map);
  }
  return map;
}

Result<MidBlock> MidBlock::load(Weights& weights, const UnetConfig& config) {
  MidBlock block;
  const std::size_t level = config.block_out_channels.size() - 1;
  const std::int64_t width = config.block_out_channels[level];
  TROUPE_ASSIGN_OR_RETURN(block.first, load_resnet(weights, config, "mid_block.resnets.0", width, width));
  TROUPE_ASSIGN_OR_RETURN(block.attention, load_transformer(weights, config, "mid_block.attentions.0", level));
  TROUPE_ASSIGN_OR_RETURN(block.second, load_resnet(weights, config, "mid_block.resnets.1", width, width));
  return block;
}

at::Tensor MidBlock::forward(const at::Tensor& map, const at::Tensor& time, ContextCursor& context) const {
  return second.forward(attend(attention, first.forward(map, time), context), time);
}

Result<UpBlock> UpBlock::load(Weights& weights, const UnetConfig& config, std::size_t level) {
  UpBlock block;
  const auto& channels = config.block_out_channels;
  const std::size_t last = channels.size() - 1, mirrored = last - level;
  const std::string name = numbered("up_blocks", level);
  const std::int64_t out = channels[mirrored];
  const std::int64_t from_below = channels[level == 0 ? last : mirrored + 1];
  const std::int64_t from_above = channels[mirrored == 0 ? 0 : mirrored - 1];
  const auto resnets = static_cast<std::size_t>(config.layers_per_block) + 1;
  for (std::size_t i = 0; i < resnets; ++i) {
    const std::int64_t skip = i + 1 == resnets ? from_above : out;
    const std::int64_t in = (i == 0 ? from_below : out) + skip;
    TROUPE_ASSIGN_OR_RETURN(auto resnet, load_resnet(weights, config, numbered(name + ".resnets", i), in, out));
    block.resnets.push_back(std::move(resnet));
    if (config.up_attention[level]) {
      TROUPE_ASSIGN_OR_RETURN(auto transformer,
                              load_transformer(weights, config, numbered(name + ".attentions", i), mirrored));
      block.attentions.push_back(std::move(transformer));
    }
  }
  if (level < last) {
    TROUPE_ASSIGN_OR_RETURN(block.upsampler, Conv2d::load(weights, name + ".upsamplers.0.conv", out, out, kConv3x3));
  }
  return block;
}

at::Tensor UpBlock::forward(at::Tensor map, const at::Tensor& time, ContextCursor& context,
                            std::vector<at::Tensor>& skips) const {
  for (std::size_t i = 0; i < resnets.size(); ++i) {
    map = resnets[i].forward(at::cat({map, skips.back()}, 1), time);
    skips.pop_back();
    if (!attentions.empty()) map = attend(attentions[i], map, context);
  }
  if (upsampler) map = (*upsampler)(at::upsample_nearest2d(map, skips.back().sizes().slice(2)));
  return map;
}

}  // namespace troupe::diffusion
