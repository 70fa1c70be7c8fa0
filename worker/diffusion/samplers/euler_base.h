// What Euler's method and its ancestral variant share: the sigmas of a run, and the scale of x, which is image + sigma
// * noise (Karras et al. 2022).
#pragma once

#include "worker/diffusion/samplers/methods.h"

namespace troupe::diffusion {

class EulerBase : public Sampler {
 public:
  EulerBase(const SamplerConfig& config, const NoiseSchedule& schedule, int steps);
  double init_noise_sigma() const override;
  at::Tensor scale_model_input(const at::Tensor& x, std::size_t i) const override;
  at::Tensor add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const override;

 protected:
  // The clean image that the model's output stands for.
  at::Tensor predicted_image(const at::Tensor& output, std::size_t i, const at::Tensor& x) const;

 private:
  TimestepSpacing spacing_;
  Prediction prediction_;
};

}  // namespace troupe::diffusion
