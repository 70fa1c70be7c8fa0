#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/weights/model_config.h"

namespace troupe::diffusion {

Result<ClipTextConfig> ClipTextConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  ClipTextConfig config;
  config.hidden_size = json.integer("hidden_size", 1, 1 << 14);
  config.layers = json.integer("num_hidden_layers", 1, 256);
  config.heads = json.integer("num_attention_heads", 1, 256);
  config.intermediate_size = json.integer("intermediate_size", 1, 1 << 16);
  config.vocabulary = json.integer("vocab_size", 1, 1 << 22, 49408);
  config.max_positions = json.integer("max_position_embeddings", 1, 1 << 14, 77);
  config.eos = json.integer("eos_token_id", 0, 1 << 22, 2);
  config.eps = json.number("layer_norm_eps", 1e-5);
  const std::string activation = json.text("hidden_act", "quick_gelu");
  config.quick_gelu = activation == "quick_gelu";
  if (!config.quick_gelu && activation != "gelu") {
    json.fail("hidden_act", "is " + activation + ", which is not supported (quick_gelu and gelu are)");
  }
  json.supports_only("model_type", "\"clip_text_model\"");
  TROUPE_RETURN_IF_ERROR(json.status());
  return config;
}

}  // namespace troupe::diffusion
