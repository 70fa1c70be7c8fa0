#include "worker/diffusion/text/clip_text.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kEosOfOldConfigs = 2;

}  // namespace

Activation read_clip_activation(ModelConfig& json, const std::string& key) {
  const std::string name = json.text(key, "quick_gelu");
  if (name == "gelu") return Activation::kGelu;
  if (name != "quick_gelu") json.fail(key, "is " + name + ", which is not supported (quick_gelu and gelu are)");
  return Activation::kQuickGelu;
}

ClipTextConfig ClipTextConfig::read_sizes(ModelConfig& json, std::int64_t default_eos) {
  ClipTextConfig config;
  config.hidden_size = json.integer("hidden_size", 1, 1 << 14);
  config.layers = json.integer("num_hidden_layers", 1, 256);
  config.heads = json.integer("num_attention_heads", 1, 256);
  config.intermediate_size = json.integer("intermediate_size", 1, 1 << 16);
  config.vocabulary = json.integer("vocab_size", 1, 1 << 22, 49408);
  config.max_positions = json.integer("max_position_embeddings", 1, 1 << 14, 77);
  config.eos = json.integer("eos_token_id", 0, 1 << 22, default_eos);
  config.eps = json.number("layer_norm_eps", 1e-5);
  config.activation = read_clip_activation(json, "hidden_act");
  return config;
}

Result<ClipTextConfig> ClipTextConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  const ClipTextConfig config = read_sizes(json, kEosOfOldConfigs);
  json.supports_only("model_type", "\"clip_text_model\"");
  TROUPE_RETURN_IF_ERROR(json.status());
  return config;
}

}  // namespace troupe::diffusion
