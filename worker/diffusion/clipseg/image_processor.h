// How a segmenter's picture is prepared: preprocessor_config.json (ViTImageProcessor of transformers).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion {

struct ImageProcessor {
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool bicubic = false;  // else bilinear; both average where they shrink, as PIL does
  double rescale = 1.0 / 255;
  std::vector<double> mean;
  std::vector<double> deviation;

  // kNotFound, or kCorrupt with file and key. Sides are from 4 to 4096 pixels.
  static Result<ImageProcessor> read(const std::string& path);

  // rgb: [H, W, 3] bytes on the CPU. [1, 3, height, width] floats: resized (without keeping the aspect) and normalised.
  at::Tensor operator()(const at::Tensor& rgb) const;
};

}  // namespace troupe::diffusion
