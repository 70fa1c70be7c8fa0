// CLIPSeg's decoder (CLIPSegDecoder of transformers; Lueddecke and Ecker 2022, "Image Segmentation Using Text and Image
// Prompts"): a narrow transformer over the vision tower's activations, modulated by the phrase (FiLM).
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/clipseg/clipseg_config.h"
#include "worker/diffusion/nn/clip_layer.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

// A transposed convolution whose stride is its kernel: every pixel becomes a square of its own.
struct Enlarge {
  at::Tensor weight;  // [in, out, kernel, kernel]
  at::Tensor bias;    // [out]
  std::int64_t kernel = 1;

  static Result<Enlarge> load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                              std::int64_t kernel);
  // [B, in, H, W] -> [B, out, H * kernel, W * kernel]
  at::Tensor operator()(const at::Tensor& map) const;
};

struct FilmDecoder {
  std::int64_t conditional_layer = 0;
  Linear film_mul;
  Linear film_add;
  std::vector<Linear> reduces;
  std::vector<ClipLayer> layers;
  // The way from tokens to pixels: one transposed convolution of the patch's size, or (complex) a 3x3 convolution and
  // two transposed ones of a fourth of it each, with a relu between.
  std::vector<Conv2d> smooth;  // none or one
  std::vector<Enlarge> enlarge;

  static Result<FilmDecoder> load(Weights& weights, const std::string& name, const ClipSegConfig& config);

  // activations: of the vision tower in its order, [B or 1, 1 + rows * columns, hidden] each. condition: [B,
  // projection_dim]. Logits, [B, rows * k, columns * k] with k the patch's size (complex: (patch / 4)^2).
  at::Tensor forward(const std::vector<at::Tensor>& activations, const at::Tensor& condition, std::int64_t rows,
                     std::int64_t columns) const;
};

}  // namespace troupe::diffusion
