// The CLIP text encoder of Stable Diffusion (CLIPTextModel and CLIPTextModelWithProjection of transformers).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/nn/clip_layer.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/weights/model_config.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {

struct ClipTextConfig {
  std::int64_t hidden_size = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t vocabulary = 0;
  std::int64_t max_positions = 0;  // tokens of one chunk, 77
  std::int64_t eos = 0;            // 2 (old configs): the end is where the id is highest; else where the id is eos
  double eps = 1e-5;
  Activation activation = Activation::kQuickGelu;

  // Reads and checks a config.json.
  static Result<ClipTextConfig> read(const std::string& path);
  // The sizes out of a config; default_eos: what a config means that names no eos. Check json.status() afterwards.
  static ClipTextConfig read_sizes(ModelConfig& json, std::int64_t default_eos);

  bool eos_is_highest_id() const { return eos == 2; }
};

// "quick_gelu" (the default) or "gelu"; another name is remembered as an error of `json`.
Activation read_clip_activation(ModelConfig& json, const std::string& key);

class ClipText {
 public:
  struct Output {
    std::vector<at::Tensor>
        hidden_states;             // layers + 1 of [B, T, hidden], before the final layer norm; [0]: the embeddings
    at::Tensor last_hidden_state;  // [B, T, hidden], after the final layer norm
    at::Tensor pooled;             // [B, hidden] at the first end token; [B, projection] where projected() is true
  };

  // folder holds config.json and model.safetensors (or a variant; see Weights::load).
  static Result<std::unique_ptr<ClipText>> load(const std::string& folder, const Placement& placement);
  // Tensors whose names begin with `prefix` ("clip." inside CLIPSeg) out of the weights of a larger model. Throws
  // c10::Error.
  static Result<std::unique_ptr<ClipText>> load(Weights& weights, const std::string& prefix,
                                                const ClipTextConfig& config);
  ~ClipText();

  const ClipTextConfig& config() const;
  // Whether the model has a text_projection, which pooled has then passed.
  bool projected() const;

  // ids: [B, T] int64 on any device, T <= max_positions, 0 <= id < vocabulary (check before: an id out of range
  // throws). Results lie on the placement's device in its dtype. Throws c10::Error.
  Output forward(const at::Tensor& ids) const;

  // What skipping the last n layers gives: final layer norm of hidden_states[-(n+1)]; n = 0 is last_hidden_state.
  // 0 <= n <= layers.
  at::Tensor clip_skip(const Output& output, std::int64_t n) const;

 private:
  struct Layers;
  ClipText();
  std::unique_ptr<Layers> layers_;
};

}  // namespace troupe::diffusion
