// The sizes of a UNet2DConditionModel, from its config.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion {

struct UnetConfig {
  std::int64_t in_channels = 0;  // 4; 9 for inpainting models
  std::int64_t out_channels = 0;
  std::vector<std::int64_t> block_out_channels;
  std::vector<bool> down_attention;  // per level, from the largest map: CrossAttnDownBlock2D, else DownBlock2D
  std::vector<bool> up_attention;    // per level of the way up, from the smallest map
  std::vector<std::int64_t> heads;   // per level; the config calls it attention_head_dim
  std::vector<std::int64_t> transformer_layers;  // per level
  std::int64_t layers_per_block = 0;
  std::int64_t cross_attention_dim = 0;  // width of the context
  std::int64_t norm_num_groups = 0;
  double norm_eps = 1e-5;
  bool use_linear_projection = false;
  bool flip_sin_to_cos = true;
  double freq_shift = 0;

  // Reads and checks a config.json; any option with a value that is not implemented is an error that names it.
  static Result<UnetConfig> read(const std::string& path);
};

}  // namespace troupe::diffusion
