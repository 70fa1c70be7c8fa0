#include "worker/diffusion/samplers/alpha_base.h"

#include <ATen/ATen.h>

#include <cmath>

namespace troupe::diffusion {

AlphaBase::AlphaBase(const SamplerConfig& config, NoiseSchedule schedule, int steps)
    : config_(config), schedule_(std::move(schedule)), stride_(config.train_timesteps / steps) {
  timesteps_ = spaced_timesteps(config, steps, /*fractional=*/false);
}

double AlphaBase::alpha_at(int timestep) const {
  if (timestep >= 0) return schedule_.alphas_cumprod.at(static_cast<std::size_t>(timestep));
  return config_.set_alpha_to_one ? 1.0 : schedule_.alphas_cumprod.front();
}

at::Tensor AlphaBase::add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const {
  const double alpha = alpha_at(static_cast<int>(timesteps_[i]));
  return x0 * std::sqrt(alpha) + noise * std::sqrt(1 - alpha);
}

}  // namespace troupe::diffusion
