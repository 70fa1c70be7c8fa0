// Classifier-free guidance.
#pragma once

#include <ATen/core/Tensor.h>

namespace troupe::diffusion {

// negative + scale * (prompt - negative). With rescale > 0 the result's spread over each image is brought that far (0
// to 1) towards that of `prompt` (Lin et al. 2024, section 3.4). fp32 tensors [B, C, H, W].
at::Tensor guide(const at::Tensor& negative, const at::Tensor& prompt, double scale, double rescale);

}  // namespace troupe::diffusion
