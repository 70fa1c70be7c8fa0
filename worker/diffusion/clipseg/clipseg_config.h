// The sizes of a CLIPSeg model, out of the config.json of its transformers folder (CLIPSegConfig).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/text/clip_text.h"

namespace troupe::diffusion {

struct ClipSegConfig {
  struct Vision {
    std::int64_t hidden_size = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t intermediate_size = 0;
    std::int64_t image_size = 0;  // that the position embedding was trained at; other sizes interpolate it
    std::int64_t patch_size = 0;
    double eps = 1e-5;
    Activation activation = Activation::kQuickGelu;
  };

  ClipTextConfig text;
  Vision vision;
  std::int64_t projection_dim = 0;           // of the phrase's embedding
  std::int64_t reduce_dim = 0;               // the decoder's width
  std::int64_t decoder_heads = 0;            //
  std::int64_t decoder_intermediate = 0;     //
  std::vector<std::int64_t> extract_layers;  // of the vision tower; the decoder takes their outputs, the last first
  std::int64_t conditional_layer = 0;        // of the decoder: where the phrase comes in
  bool complex_upsampling = false;           // use_complex_transposed_convolution

  // kNotFound, or kCorrupt with the file and the key.
  static Result<ClipSegConfig> read(const std::string& path);
};

}  // namespace troupe::diffusion
