#include "worker/diffusion/clipseg/vision_tower.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace troupe::diffusion {

Result<VisionTower> VisionTower::load(Weights& weights, const std::string& name, const ClipSegConfig& config) {
  const ClipSegConfig::Vision& sizes = config.vision;
  const std::int64_t grid = sizes.image_size / sizes.patch_size;
  VisionTower tower;
  tower.config = sizes;
  tower.extract_layers = config.extract_layers;
  TROUPE_ASSIGN_OR_RETURN(tower.class_embedding,
                          weights.take(name + ".embeddings.class_embedding", {sizes.hidden_size}));
  TROUPE_ASSIGN_OR_RETURN(tower.patch_embedding,
                          weights.take(name + ".embeddings.patch_embedding.weight",
                                       {sizes.hidden_size, 3, sizes.patch_size, sizes.patch_size}));
  TROUPE_ASSIGN_OR_RETURN(tower.position_embedding, weights.take(name + ".embeddings.position_embedding.weight",
                                                                 {1 + grid * grid, sizes.hidden_size}));
  // The checkpoints' own spelling.
  TROUPE_ASSIGN_OR_RETURN(tower.norm, LayerNorm::load(weights, name + ".pre_layrnorm", sizes.hidden_size, sizes.eps));
  const ClipLayer::Options options{sizes.hidden_size, sizes.heads, sizes.intermediate_size, sizes.eps,
                                   sizes.activation};
  const std::int64_t last = *std::max_element(tower.extract_layers.begin(), tower.extract_layers.end());
  for (std::int64_t i = 0; i < sizes.layers; ++i) {
    const std::string layer_name = name + ".encoder.layers." + std::to_string(i);
    if (i > last) {
      weights.leave_out(layer_name + ".");
      continue;
    }
    TROUPE_ASSIGN_OR_RETURN(ClipLayer layer, ClipLayer::load(weights, layer_name, options));
    tower.layers.push_back(std::move(layer));
  }
  weights.leave_out(name + ".post_layernorm.");
  return tower;
}

at::Tensor VisionTower::positions(std::int64_t rows, std::int64_t columns) const {
  const std::int64_t grid = config.image_size / config.patch_size;
  if (rows == grid && columns == grid) return position_embedding.unsqueeze(0);
  const at::Tensor trained = tokens_to_map(position_embedding.slice(0, 1).contiguous().unsqueeze(0), grid, grid);
  const at::Tensor resized = at::upsample_bicubic2d(trained, {rows, columns}, /*align_corners=*/false);
  return at::cat({position_embedding.slice(0, 0, 1).unsqueeze(0), map_to_tokens(resized)}, 1);
}

std::vector<at::Tensor> VisionTower::forward(const at::Tensor& pixels) const {
  const at::Tensor patches = at::conv2d(pixels, patch_embedding, {}, {config.patch_size, config.patch_size});
  const at::Tensor start = class_embedding.expand({pixels.size(0), 1, config.hidden_size});
  at::Tensor tokens = at::cat({start, map_to_tokens(patches)}, 1);
  tokens = norm(tokens.add_(positions(patches.size(2), patches.size(3))));
  std::vector<at::Tensor> after(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    tokens = layers[i].forward(tokens, /*causal=*/false);
    after[i] = tokens;
  }
  std::vector<at::Tensor> extracted;
  for (const std::int64_t layer : extract_layers) extracted.push_back(after[static_cast<std::size_t>(layer)]);
  return extracted;
}

}  // namespace troupe::diffusion
