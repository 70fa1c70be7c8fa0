// What DDIM and PNDM share: they step through training timesteps, and x is sqrt(alpha) * image + sqrt(1 - alpha) *
// noise.
#pragma once

#include "worker/diffusion/samplers/methods.h"

namespace troupe::diffusion {

class AlphaBase : public Sampler {
 public:
  AlphaBase(const SamplerConfig& config, NoiseSchedule schedule, int steps);
  at::Tensor add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const override;

 protected:
  // The share of the image, squared; timesteps before the first are the end of the run.
  double alpha_at(int timestep) const;
  // Training steps from one step of the run to the next.
  int stride() const { return stride_; }
  const SamplerConfig& config() const { return config_; }

 private:
  SamplerConfig config_;
  NoiseSchedule schedule_;
  int stride_;
};

}  // namespace troupe::diffusion
