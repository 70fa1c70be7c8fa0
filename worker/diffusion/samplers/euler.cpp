#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "worker/diffusion/samplers/euler_base.h"

namespace troupe::diffusion {

EulerBase::EulerBase(const SamplerConfig& config, const NoiseSchedule& schedule, int steps)
    : spacing_(config.spacing), prediction_(config.prediction) {
  timesteps_ = spaced_timesteps(config, steps, /*fractional=*/true);
  std::vector<double> sigmas;
  for (double t : timesteps_) sigmas.push_back(sigma_at(schedule, t));
  if (config.sigmas != SigmaSchedule::kTraining) {
    sigmas = sigma_ramp(config.sigmas, sigmas.front(), sigmas.back(), steps);
    std::transform(sigmas.begin(), sigmas.end(), timesteps_.begin(),
                   [&](double sigma) { return static_cast<double>(static_cast<float>(timestep_at(schedule, sigma))); });
  }
  sigmas_.assign(sigmas.begin(), sigmas.end());
  sigmas_.push_back(config.ends_at_sigma_min ? schedule.sigmas.front() : 0);
}

double EulerBase::init_noise_sigma() const {
  const double most = *std::max_element(sigmas_.begin(), sigmas_.end());
  return spacing_ == TimestepSpacing::kLeading ? std::sqrt(most * most + 1) : most;
}

at::Tensor EulerBase::scale_model_input(const at::Tensor& x, std::size_t i) const {
  const double sigma = sigmas_[i];
  return x / std::sqrt(sigma * sigma + 1);
}

at::Tensor EulerBase::add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const {
  return x0 + noise * static_cast<double>(sigmas_[i]);
}

at::Tensor EulerBase::predicted_image(const at::Tensor& output, std::size_t i, const at::Tensor& x) const {
  const double sigma = sigmas_[i];
  switch (prediction_) {
    case Prediction::kEpsilon: return x - output * sigma;
    case Prediction::kVelocity: return output * (-sigma / std::sqrt(sigma * sigma + 1)) + x / (sigma * sigma + 1);
    case Prediction::kSample: break;
  }
  return output;
}

namespace {

class Euler : public EulerBase {
 public:
  using EulerBase::EulerBase;

  at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& /*noise*/) override {
    const double sigma = sigmas_[i], next = sigmas_[i + 1];
    const at::Tensor sample = x.to(at::kFloat);
    const at::Tensor slope = (sample - predicted_image(output.to(at::kFloat), i, sample)) / sigma;
    return sample + slope * (next - sigma);
  }
};

}  // namespace

std::unique_ptr<Sampler> make_euler(const SamplerConfig& config, NoiseSchedule schedule, int steps) {
  return std::make_unique<Euler>(config, schedule, steps);
}

}  // namespace troupe::diffusion
