#include "worker/diffusion/vae/vae.h"
#include "worker/diffusion/weights/model_config.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kMaxChannels = 1 << 14;

void check_types(ModelConfig& json, const std::string& key, const std::string& type, std::size_t levels) {
  const auto types = json.texts(key);
  for (const std::string& found : types) {
    if (found != type) json.fail(key, "holds " + found + ", which is not supported (only " + type + ")");
  }
  if (types.size() != levels) json.fail(key, "must have as many entries as block_out_channels");
}

}  // namespace

Result<VaeConfig> VaeConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  VaeConfig config;
  config.in_channels = json.integer("in_channels", 1, kMaxChannels, 3);
  config.out_channels = json.integer("out_channels", 1, kMaxChannels, 3);
  config.latent_channels = json.integer("latent_channels", 1, kMaxChannels, 4);
  config.block_out_channels = json.integers("block_out_channels", 1, kMaxChannels);
  config.layers_per_block = json.integer("layers_per_block", 1, 64, 1);
  config.norm_num_groups = json.integer("norm_num_groups", 1, kMaxChannels, 32);
  config.scaling_factor = json.number("scaling_factor", 0.18215);
  config.shift_factor = json.number("shift_factor", 0.0);
  config.use_quant_conv = json.boolean("use_quant_conv", true);
  config.use_post_quant_conv = json.boolean("use_post_quant_conv", true);
  config.mid_attention = json.boolean("mid_block_add_attention", true);
  if (config.scaling_factor == 0) json.fail("scaling_factor", "is 0");
  check_types(json, "down_block_types", "DownEncoderBlock2D", config.block_out_channels.size());
  check_types(json, "up_block_types", "UpDecoderBlock2D", config.block_out_channels.size());
  json.supports_only("_class_name", "\"AutoencoderKL\"");
  json.supports_only("act_fn", "\"silu\"");
  json.supports_only("latents_mean", "null");
  json.supports_only("latents_std", "null");
  TROUPE_RETURN_IF_ERROR(json.status());
  return config;
}

}  // namespace troupe::diffusion
