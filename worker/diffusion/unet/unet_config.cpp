#include "worker/diffusion/unet/unet_config.h"

#include "worker/diffusion/weights/model_config.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kMaxChannels = 1 << 14;

// Options of UNet2DConditionModel that other models use; here they must have the value that switches them off.
void check_unsupported(ModelConfig& json) {
  for (const char* key :
       {"addition_embed_type", "class_embed_type", "encoder_hid_dim", "encoder_hid_dim_type", "num_attention_heads",
        "num_class_embeds", "projection_class_embeddings_input_dim", "reverse_transformer_layers_per_block",
        "time_cond_proj_dim", "time_embedding_act_fn", "time_embedding_dim", "timestep_post_act",
        "mid_block_only_cross_attention", "cross_attention_norm"}) {
    json.supports_only(key, "null");
  }
  for (const char* key : {"center_input_sample", "class_embeddings_concat", "dual_cross_attention",
                          "only_cross_attention", "resnet_skip_time_act"}) {
    json.supports_only(key, "false");
  }
  for (const char* key : {"downsample_padding", "mid_block_scale_factor", "resnet_out_scale_factor"}) {
    json.supports_only(key, "1");
  }
  json.supports_only("_class_name", "\"UNet2DConditionModel\"");
  json.supports_only("act_fn", "\"silu\"");
  json.supports_only("attention_type", "\"default\"");
  json.supports_only("conv_in_kernel", "3");
  json.supports_only("conv_out_kernel", "3");
  json.supports_only("mid_block_type", "\"UNetMidBlock2DCrossAttn\"");
  json.supports_only("resnet_time_scale_shift", "\"default\"");
  json.supports_only("time_embedding_type", "\"positional\"");
}

std::vector<bool> attention_levels(ModelConfig& json, const std::string& key, const std::string& direction,
                                   std::size_t levels) {
  std::vector<bool> result;
  const std::string plain = direction + "Block2D", with_attention = "CrossAttn" + plain;
  for (const std::string& type : json.texts(key)) {
    result.push_back(type == with_attention);
    if (type != plain && type != with_attention) {
      json.fail(key, "holds " + type + ", which is not supported (" + plain + " and " + with_attention + " are)");
    }
  }
  if (result.size() != levels) json.fail(key, "must have as many entries as block_out_channels");
  return result;
}

}  // namespace

Result<UnetConfig> UnetConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  UnetConfig config;
  check_unsupported(json);
  config.in_channels = json.integer("in_channels", 1, kMaxChannels, 4);
  config.out_channels = json.integer("out_channels", 1, kMaxChannels, 4);
  config.block_out_channels = json.integers("block_out_channels", 1, kMaxChannels);
  const std::size_t levels = config.block_out_channels.size();
  config.down_attention = attention_levels(json, "down_block_types", "Down", levels);
  config.up_attention = attention_levels(json, "up_block_types", "Up", levels);
  config.heads = json.integers("attention_head_dim", 1, kMaxChannels, levels, 8);
  config.transformer_layers = json.integers("transformer_layers_per_block", 1, 64, levels, 1);
  config.layers_per_block = json.integer("layers_per_block", 1, 64, 2);
  config.cross_attention_dim = json.integer("cross_attention_dim", 1, kMaxChannels, 1280);
  config.norm_num_groups = json.integer("norm_num_groups", 1, kMaxChannels, 32);
  config.norm_eps = json.number("norm_eps", 1e-5);
  config.use_linear_projection = json.boolean("use_linear_projection", false);
  config.flip_sin_to_cos = json.boolean("flip_sin_to_cos", true);
  config.freq_shift = json.number("freq_shift", 0.0);
  if (config.block_out_channels[0] % 2 != 0) {
    json.fail("block_out_channels", "must start with an even number (the time embedding is half sines, half cosines)");
  }
  TROUPE_RETURN_IF_ERROR(json.status());
  return config;
}

}  // namespace troupe::diffusion
