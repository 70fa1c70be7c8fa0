#include "worker/diffusion/unet/unet.h"

#include <ATen/ATen.h>

#include "worker/diffusion/nn/layers.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/unet/blocks.h"
#include "worker/diffusion/unet/timestep_embedding.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {

struct Unet::Layers {
  UnetConfig config;
  Placement placement;
  TimestepEmbedding time_embedding;
  Conv2d conv_in;
  std::vector<DownBlock> down_blocks;
  MidBlock mid_block;
  std::vector<UpBlock> up_blocks;
  GroupNorm conv_norm_out;
  Conv2d conv_out;

  Status load(Weights& weights) {
    const std::int64_t width = config.block_out_channels[0];
    TROUPE_ASSIGN_OR_RETURN(time_embedding, TimestepEmbedding::load(weights, config));
    TROUPE_ASSIGN_OR_RETURN(conv_in, Conv2d::load(weights, "conv_in", config.in_channels, width, kConv3x3));
    for (std::size_t level = 0; level < config.block_out_channels.size(); ++level) {
      TROUPE_ASSIGN_OR_RETURN(DownBlock block, DownBlock::load(weights, config, level));
      down_blocks.push_back(std::move(block));
    }
    TROUPE_ASSIGN_OR_RETURN(mid_block, MidBlock::load(weights, config));
    for (std::size_t level = 0; level < config.block_out_channels.size(); ++level) {
      TROUPE_ASSIGN_OR_RETURN(UpBlock block, UpBlock::load(weights, config, level));
      up_blocks.push_back(std::move(block));
    }
    TROUPE_ASSIGN_OR_RETURN(conv_norm_out,
                            GroupNorm::load(weights, "conv_norm_out", width, config.norm_num_groups, config.norm_eps));
    TROUPE_ASSIGN_OR_RETURN(conv_out, Conv2d::load(weights, "conv_out", width, config.out_channels, kConv3x3));
    return Status();
  }

  // In the order in which ContextCursor hands them out.
  std::vector<const TransformerBlock*> transformer_blocks() const {
    std::vector<const TransformerBlock*> result;
    const auto add = [&](const SpatialTransformer& transformer) {
      for (const TransformerBlock& block : transformer.blocks) result.push_back(&block);
    };
    for (const DownBlock& block : down_blocks) {
      for (const SpatialTransformer& transformer : block.attentions) add(transformer);
    }
    add(mid_block.attention);
    for (const UpBlock& block : up_blocks) {
      for (const SpatialTransformer& transformer : block.attentions) add(transformer);
    }
    return result;
  }
};

Unet::Unet() : layers_(std::make_unique<Layers>()) {}
Unet::~Unet() = default;
const UnetConfig& Unet::config() const {
  return layers_->config;
}
const Placement& Unet::placement() const {
  return layers_->placement;
}

Result<std::unique_ptr<Unet>> Unet::load(const std::string& folder, const Placement& placement) {
  return catch_torch(folder, [&]() -> Result<std::unique_ptr<Unet>> {
    std::unique_ptr<Unet> model(new Unet);
    TROUPE_ASSIGN_OR_RETURN(model->layers_->config, UnetConfig::read(folder + "/config.json"));
    model->layers_->placement = placement;
    TROUPE_ASSIGN_OR_RETURN(Weights weights, Weights::load(folder, "diffusion_pytorch_model", placement));
    TROUPE_RETURN_IF_ERROR(model->layers_->load(weights));
    TROUPE_RETURN_IF_ERROR(weights.check_all_used());
    return model;
  });
}

UnetContext Unet::prepare(const at::Tensor& context) const {
  const at::Tensor tokens = context.to(layers_->placement.device, layers_->placement.dtype).contiguous();
  UnetContext prepared;
  for (const TransformerBlock* block : layers_->transformer_blocks()) {
    prepared.keys_values.push_back(block->attn2.keys_values(tokens));
  }
  return prepared;
}

at::Tensor Unet::forward(const at::Tensor& sample, const at::Tensor& timestep, const UnetContext& context,
                         UnetActivations* activations) const {
  const Layers& model = *layers_;
  TORCH_CHECK(context.keys_values.size() == model.transformer_blocks().size(),
              "the context was prepared by another UNet");
  const auto note = [&](const std::string& name, const at::Tensor& value) {
    if (activations != nullptr) (*activations)[name] = value.clone();
  };
  const at::Tensor times = timestep.to(model.placement.device, at::kFloat).reshape({-1}).expand({sample.size(0)});
  at::Tensor time = model.time_embedding.forward(times);
  note("time_embedding", time);
  time = at::silu(time);

  at::Tensor map = model.conv_in(as_map(sample, model.placement));
  note("conv_in", map);
  ContextCursor cursor(context.keys_values);
  std::vector<at::Tensor> skips = {map};
  for (std::size_t i = 0; i < model.down_blocks.size(); ++i) {
    map = model.down_blocks[i].forward(map, time, cursor, skips);
    note("down_blocks." + std::to_string(i), map);
  }
  map = model.mid_block.forward(map, time, cursor);
  note("mid_block", map);
  for (std::size_t i = 0; i < model.up_blocks.size(); ++i) {
    map = model.up_blocks[i].forward(map, time, cursor, skips);
    note("up_blocks." + std::to_string(i), map);
  }
  map = model.conv_norm_out(map);
  return model.conv_out(at::silu_(map));
}

at::Tensor Unet::forward(const at::Tensor& sample, const at::Tensor& timestep, const at::Tensor& context,
                         UnetActivations* activations) const {
  return forward(sample, timestep, prepare(context), activations);
}

}  // namespace troupe::diffusion
