#include "worker/diffusion/text/clip_text.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "worker/diffusion/nn/clip_layer.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {
struct ClipText::Layers {
  ClipTextConfig config;
  Placement placement;
  at::Tensor token_embedding;     // [vocabulary, hidden]
  at::Tensor position_embedding;  // [max_positions, hidden]
  std::vector<ClipLayer> encoder;
  LayerNorm final_layer_norm;
  std::optional<Linear> text_projection;

  Status load(Weights& weights, const std::string& prefix) {
    const std::string root = prefix + "text_model.";
    TROUPE_ASSIGN_OR_RETURN(token_embedding, weights.take(root + "embeddings.token_embedding.weight",
                                                          {config.vocabulary, config.hidden_size}));
    TROUPE_ASSIGN_OR_RETURN(position_embedding, weights.take(root + "embeddings.position_embedding.weight",
                                                             {config.max_positions, config.hidden_size}));
    const ClipLayer::Options options{config.hidden_size, config.heads, config.intermediate_size, config.eps,
                                     config.activation};
    for (std::int64_t i = 0; i < config.layers; ++i) {
      const std::string name = root + "encoder.layers." + std::to_string(i);
      TROUPE_ASSIGN_OR_RETURN(ClipLayer layer, ClipLayer::load(weights, name, options));
      encoder.push_back(std::move(layer));
    }
    TROUPE_ASSIGN_OR_RETURN(final_layer_norm,
                            LayerNorm::load(weights, root + "final_layer_norm", config.hidden_size, config.eps));
    const std::string projection = prefix + "text_projection";
    const auto shape = weights.shape_of(projection + ".weight");
    if (shape.size() == 2) {
      TROUPE_ASSIGN_OR_RETURN(text_projection,
                              Linear::load(weights, projection, config.hidden_size, shape[0], /*with_bias=*/false));
    }
    return Status();
  }

  // last: [B, T, hidden] -> [B, hidden] at each row's first end token.
  at::Tensor at_end_token(const at::Tensor& last, const at::Tensor& ids) const {
    const at::Tensor position =
        config.eos_is_highest_id() ? ids.argmax(-1) : ids.eq(config.eos).to(at::kInt).argmax(-1);
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
    TROUPE_ASSIGN_OR_RETURN(const ClipTextConfig config, ClipTextConfig::read(folder + "/config.json"));
    TROUPE_ASSIGN_OR_RETURN(Weights weights, Weights::load(folder, "model", placement));
    return load(weights, "", config);
  });
}

Result<std::unique_ptr<ClipText>> ClipText::load(Weights& weights, const std::string& prefix,
                                                 const ClipTextConfig& config) {
  std::unique_ptr<ClipText> model(new ClipText);
  model->layers_->config = config;
  model->layers_->placement = weights.placement();
  TROUPE_RETURN_IF_ERROR(model->layers_->load(weights, prefix));
  return model;
}

ClipText::Output ClipText::forward(const at::Tensor& ids) const {
  const Layers& model = *layers_;
  const at::Tensor rows = ids.to(model.placement.device, at::kLong);
  Output output;
  at::Tensor hidden =
      at::embedding(model.token_embedding, rows).add_(model.position_embedding.slice(0, 0, rows.size(1)));
  output.hidden_states.push_back(hidden);
  for (const ClipLayer& layer : model.encoder) {
    hidden = layer.forward(hidden, /*causal=*/true);
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
