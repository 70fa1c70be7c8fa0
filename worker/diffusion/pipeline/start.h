// Where a run begins: at noise, or at a picture with noise upon it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>

#include "worker/diffusion/noise/noise_source.h"
#include "worker/diffusion/pipeline/request.h"
#include "worker/diffusion/samplers/sampler.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {

struct Start {
  at::Tensor x;           // [B, C, h, w], fp32, as step `first` wants it
  std::size_t first = 0;  // index of the first step that is taken

  // Of inpainting, fp32. A model that is made for it is told through `condition`; for another one what lies outside
  // the mask is put back after each step, with as much of the same noise as x has.
  at::Tensor condition;  // [B, 1 + C, h, w]: the mask, and the latents of the picture without what it masks
  at::Tensor mask;       // [1, 1, h, w], 1 where the picture is repainted
  at::Tensor clean;      // [1, C, h, w], the picture's latents
  at::Tensor noise;      // [B, C, h, w]
};

// int(steps * strength), as diffusers counts them.
int steps_of_strength(int steps, double strength);

// request: checked. conditioned: the model is made for inpainting. Encodes the start's picture, draws from `noise`.
// device: where the tensors are to be. trace may be null.
Start make_start(const DiffusionRequest& request, const Vae& vae, bool conditioned, const Sampler& sampler,
                 NoiseSource& noise, at::Device device, DiffusionTrace* trace);

}  // namespace troupe::diffusion
