#include "worker/diffusion/text/clip_text.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "worker/diffusion/nn/attention.h"
#include "worker/diffusion/nn/layers.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {
namespace {

constexpr AttentionNames kNames{"q_proj", "k_proj", "v_proj", "out_proj", true};
constexpr std::int64_t kEosOfOldConfigs = 2;
constexpr double kQuickGelu = 1.702;

struct EncoderLayer {
  LayerNorm layer_norm1;
  SelfAttention self_attn;
  LayerNorm layer_norm2;
  Linear fc1;
  Linear fc2;

  static Result<EncoderLayer> load(Weights& weights, const std::string& name, const ClipTextConfig& c) {
    EncoderLayer layer;
    TROUPE_ASSIGN_OR_RETURN(layer.layer_norm1, LayerNorm::load(weights, name + ".layer_norm1", c.hidden_size, c.eps));
    TROUPE_ASSIGN_OR_RETURN(layer.self_attn,
                            SelfAttention::load(weights, name + ".self_attn", c.hidden_size, c.heads, kNames));
    TROUPE_ASSIGN_OR_RETURN(layer.layer_norm2, LayerNorm::load(weights, name + ".layer_norm2", c.hidden_size, c.eps));
    TROUPE_ASSIGN_OR_RETURN(layer.fc1, Linear::load(weights, name + ".mlp.fc1", c.hidden_size, c.intermediate_size));
    TROUPE_ASSIGN_OR_RETURN(layer.fc2, Linear::load(weights, name + ".mlp.fc2", c.intermediate_size, c.hidden_size));
    return layer;
  }

  at::Tensor forward(const at::Tensor& tokens, bool quick_gelu) const {
    const at::Tensor hidden = self_attn.forward(layer_norm1(tokens), /*causal=*/true).add_(tokens);
    const at::Tensor wide = fc1(layer_norm2(hidden));
    const at::Tensor active = quick_gelu ? at::sigmoid(wide * kQuickGelu).mul_(wide) : at::gelu(wide);
    return fc2(active).add_(hidden);
  }
};

}  // namespace

struct ClipText::Layers {
  ClipTextConfig config;
  Placement placement;
  at::Tensor token_embedding;     // [vocabulary, hidden]
  at::Tensor position_embedding;  // [max_positions, hidden]
  std::vector<EncoderLayer> encoder;
  LayerNorm final_layer_norm;
  std::optional<Linear> text_projection;

  Status load(Weights& weights) {
    const std::string root = "text_model.";
    TROUPE_ASSIGN_OR_RETURN(token_embedding, weights.take(root + "embeddings.token_embedding.weight",
                                                          {config.vocabulary, config.hidden_size}));
    TROUPE_ASSIGN_OR_RETURN(position_embedding, weights.take(root + "embeddings.position_embedding.weight",
                                                             {config.max_positions, config.hidden_size}));
    for (std::int64_t i = 0; i < config.layers; ++i) {
      const std::string name = root + "encoder.layers." + std::to_string(i);
      TROUPE_ASSIGN_OR_RETURN(EncoderLayer layer, EncoderLayer::load(weights, name, config));
      encoder.push_back(std::move(layer));
    }
    TROUPE_ASSIGN_OR_RETURN(final_layer_norm,
                            LayerNorm::load(weights, root + "final_layer_norm", config.hidden_size, config.eps));
    const auto shape = weights.shape_of("text_projection.weight");
    if (shape.size() == 2) {
      TROUPE_ASSIGN_OR_RETURN(
          text_projection, Linear::load(weights, "text_projection", config.hidden_size, shape[0], /*with_bias=*/false));
    }
    return Status();
  }

  // last: [B, T, hidden] -> [B, hidden] at each row's first end token.
  at::Tensor at_end_token(const at::Tensor& last, const at::Tensor& ids) const {
    const at::Tensor position =
        config.eos == kEosOfOldConfigs ? ids.argmax(-1) : ids.eq(config.eos).to(at::kInt).argmax(-1);
    return last.index({at::arange(last.size(0), position.options()), position});
  }
};

ClipText::ClipText() : layers_(std::make_unique<Layers>()) {}
ClipText::~ClipText() = default;
const ClipTextConfig& ClipText::config() const {
  return layers_->config;
}
bool ClipText::projected() const {
  return layers_->text_projection.has_value();
}

Result<std::unique_ptr<ClipText>> ClipText::load(const std::string& folder, const Placement& placement) {
  return catch_torch(folder, [&]() -> Result<std::unique_ptr<ClipText>> {
    std::unique_ptr<ClipText> model(new ClipText);
    TROUPE_ASSIGN_OR_RETURN(model->layers_->config, ClipTextConfig::read(folder + "/config.json"));
    model->layers_->placement = placement;
    TROUPE_ASSIGN_OR_RETURN(Weights weights, Weights::load(folder, "model", placement));
    TROUPE_RETURN_IF_ERROR(model->layers_->load(weights));
    return model;
  });
}

ClipText::Output ClipText::forward(const at::Tensor& ids) const {
  const Layers& model = *layers_;
  const at::Tensor rows = ids.to(model.placement.device, at::kLong);
  Output output;
  at::Tensor hidden =
      at::embedding(model.token_embedding, rows).add_(model.position_embedding.slice(0, 0, rows.size(1)));
  output.hidden_states.push_back(hidden);
  for (const EncoderLayer& layer : model.encoder) {
    hidden = layer.forward(hidden, model.config.quick_gelu);
    output.hidden_states.push_back(hidden);
  }
  output.last_hidden_state = model.final_layer_norm(hidden);
  output.pooled = model.at_end_token(output.last_hidden_state, rows);
  if (model.text_projection) output.pooled = (*model.text_projection)(output.pooled);
  return output;
}

at::Tensor ClipText::clip_skip(const Output& output, std::int64_t n) const {
  if (n == 0) return output.last_hidden_state;
  return layers_->final_layer_norm(
      output.hidden_states.at(output.hidden_states.size() - 1 - static_cast<std::size_t>(n)));
}

}  // namespace troupe::diffusion
