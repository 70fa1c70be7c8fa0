// The vision transformer of CLIPSeg (CLIPSegVisionModel of transformers), as far as its decoder looks.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/clipseg/clipseg_config.h"
#include "worker/diffusion/nn/clip_layer.h"
#include "worker/diffusion/nn/layers.h"

namespace troupe::diffusion {

struct VisionTower {
  ClipSegConfig::Vision config;
  std::vector<std::int64_t> extract_layers;
  at::Tensor class_embedding;     // [hidden]
  at::Tensor patch_embedding;     // [hidden, 3, patch, patch]
  at::Tensor position_embedding;  // [1 + grid * grid, hidden]; the class token's first
  LayerNorm norm;
  std::vector<ClipLayer> layers;  // up to the last one that is extracted

  static Result<VisionTower> load(Weights& weights, const std::string& name, const ClipSegConfig& config);

  // pixels: [B, 3, H, W], normalised; sides of at least one patch (what is over a whole number of patches is ignored).
  // The outputs of the extracted layers in config's order, [B, 1 + (H / patch) * (W / patch), hidden] each.
  std::vector<at::Tensor> forward(const at::Tensor& pixels) const;

 private:
  // [1, 1 + rows * columns, hidden]: the trained embedding, bicubically resized where the grid is another.
  at::Tensor positions(std::int64_t rows, std::int64_t columns) const;
};

}  // namespace troupe::diffusion
