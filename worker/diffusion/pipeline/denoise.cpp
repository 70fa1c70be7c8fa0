#include "worker/diffusion/pipeline/denoise.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {
namespace {

// x with what lies outside of the mask put back as it was, noised as step `next` wants it; clean after the last.
at::Tensor keep_outside(const Start& start, const at::Tensor& x, const Sampler& sampler, std::size_t next) {
  if (!start.mask.defined()) return x;
  const bool ends = next == sampler.timesteps().size();
  const at::Tensor original = ends ? start.clean : sampler.add_noise(start.clean, start.noise, next);
  return original * (1 - start.mask) + x * start.mask;
}

}  // namespace

Result<at::Tensor> denoise(const Start& start, const GuidedModel& model, Sampler& sampler, NoiseSource& noise,
                           const StepCallback& callback, DiffusionTrace* trace) {
  const auto keep = [](const at::Tensor& x) { return x.to(at::kCPU, at::kFloat).clone(); };
  const std::size_t end = sampler.timesteps().size();
  at::Tensor x = start.x;
  for (std::size_t i = start.first; i <= end; ++i) {
    const int done = static_cast<int>(i - start.first), steps = static_cast<int>(end - start.first);
    if (callback && !callback(done, steps)) return Status(Code::kCancelled, "stopped at step " + std::to_string(done));
    if (i == end) break;
    const at::Tensor input = model.input(sampler.scale_model_input(x, i));
    if (trace != nullptr && done == 0) trace->first_unet_input = keep(input);
    x = keep_outside(start, sampler.step(model(input, sampler.timesteps()[i]), i, x, noise), sampler, i + 1);
    if (trace != nullptr) trace->latents.push_back(keep(x));
  }
  return x;
}

}  // namespace troupe::diffusion
