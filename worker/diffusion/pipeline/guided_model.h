// The denoiser as a sampler's loop sees it.
#pragma once

#include <ATen/core/Tensor.h>

#include "worker/diffusion/pipeline/prompt_encoder.h"
#include "worker/diffusion/unet/unet.h"

namespace troupe::diffusion {

struct Guidance {
  double scale = 7.5;
  double rescale = 0;
};

// The UNet with the prompt that it is to follow and, where there is a negative, the one that it is to avoid: both in
// one batch.
class GuidedModel {
 public:
  // condition: [batch, channels, h, w] joined to every input behind its own channels, or undefined. `unet` outlives the
  // object.
  GuidedModel(const Unet& unet, const EncodedPrompts& prompts, std::int64_t batch, Guidance guidance,
              at::Tensor condition);

  // What the UNet is given for the scaled x [batch, C, h, w].
  at::Tensor input(const at::Tensor& x) const;
  // fp32 output for such an input at a timestep: [batch, C, h, w].
  at::Tensor operator()(const at::Tensor& input, double timestep) const;

 private:
  const Unet& unet_;
  UnetContext context_;
  Guidance guidance_;
  bool guided_;
  at::Tensor condition_;
};

}  // namespace troupe::diffusion
