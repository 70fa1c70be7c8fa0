#include "worker/diffusion/clipseg/clipseg_config.h"

#include <algorithm>

#include "worker/diffusion/weights/model_config.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kDefaultEos = 49407;  // of CLIPSegTextConfig

ClipSegConfig::Vision read_vision(ModelConfig& json) {
  ClipSegConfig::Vision vision;
  vision.hidden_size = json.integer("hidden_size", 1, 1 << 14, 768);
  vision.layers = json.integer("num_hidden_layers", 1, 256, 12);
  vision.heads = json.integer("num_attention_heads", 1, 256, 12);
  vision.intermediate_size = json.integer("intermediate_size", 1, 1 << 16, 3072);
  vision.image_size = json.integer("image_size", 1, 1 << 13, 224);
  vision.patch_size = json.integer("patch_size", 4, 256, 32);
  vision.eps = json.number("layer_norm_eps", 1e-5);
  vision.activation = read_clip_activation(json, "hidden_act");
  json.supports_only("num_channels", "3");
  if (vision.patch_size > vision.image_size) json.fail("patch_size", "is larger than image_size");
  return vision;
}

}  // namespace

Result<ClipSegConfig> ClipSegConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  TROUPE_ASSIGN_OR_RETURN(ModelConfig text, json.object("text_config"));
  TROUPE_ASSIGN_OR_RETURN(ModelConfig vision, json.object("vision_config"));
  ClipSegConfig config;
  config.text = ClipTextConfig::read_sizes(text, kDefaultEos);
  TROUPE_RETURN_IF_ERROR(text.status());
  config.vision = read_vision(vision);
  TROUPE_RETURN_IF_ERROR(vision.status());
  config.projection_dim = json.integer("projection_dim", 1, 1 << 14, 512);
  config.reduce_dim = json.integer("reduce_dim", 2, 1 << 12, 64);
  config.decoder_heads = json.integer("decoder_num_attention_heads", 1, 256, 4);
  config.decoder_intermediate = json.integer("decoder_intermediate_size", 1, 1 << 16, 2048);
  config.extract_layers = json.integers("extract_layers", 0, config.vision.layers - 1);
  config.conditional_layer = json.integer("conditional_layer", 0, 15, 0);
  config.complex_upsampling = json.boolean("use_complex_transposed_convolution", false);
  if (config.conditional_layer >= static_cast<std::int64_t>(config.extract_layers.size())) {
    json.fail("conditional_layer", "names a layer that the decoder does not have");
  }
  json.supports_only("model_type", "\"clipseg\"");
  TROUPE_RETURN_IF_ERROR(json.status());
  return config;
}

}  // namespace troupe::diffusion
