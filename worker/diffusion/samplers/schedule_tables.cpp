#include "worker/diffusion/samplers/schedule_tables.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace troupe::diffusion {
namespace {

constexpr double kMaxBeta = 0.999;
constexpr double kRho = 7;
constexpr float kTinyAlpha = 1.0f / (1 << 24);  // stands for 0 where a sigma must be finite

// numpy's linspace: the last value is exactly `last`.
std::vector<double> linspace(double first, double last, int count) {
  std::vector<double> out(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out[i] = count > 1 ? i * ((last - first) / (count - 1)) + first : first;
  if (count > 1) out.back() = last;
  return out;
}

at::Tensor squared_cosine_betas(int count) {
  const auto alpha_bar = [](double t) {
    const double c = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
    return c * c;
  };
  at::Tensor betas = at::empty({count}, at::kFloat);
  for (int i = 0; i < count; ++i) {
    const double beta = 1 - alpha_bar((i + 1.0) / count) / alpha_bar(static_cast<double>(i) / count);
    betas.data_ptr<float>()[i] = static_cast<float>(std::min(beta, kMaxBeta));
  }
  return betas;
}

at::Tensor training_betas(const SamplerConfig& config) {
  switch (config.beta_schedule) {
    case BetaSchedule::kLinear:
      return at::linspace(config.beta_start, config.beta_end, config.train_timesteps, at::kFloat);
    case BetaSchedule::kScaledLinear:
      return at::linspace(std::sqrt(config.beta_start), std::sqrt(config.beta_end), config.train_timesteps, at::kFloat)
          .square();
    case BetaSchedule::kSquaredCosine: return squared_cosine_betas(config.train_timesteps);
  }
  return {};
}

// Lin et al. 2024, algorithm 1.
at::Tensor zero_snr_betas(const at::Tensor& betas) {
  at::Tensor root = at::cumprod(1.0 - betas, 0).sqrt();
  const at::Tensor first = root[0].clone();
  const at::Tensor last = root[-1].clone();
  root = (root - last) * (first / (first - last));
  const at::Tensor bar = root.square();
  return 1 - at::cat({bar.slice(0, 0, 1), bar.slice(0, 1) / bar.slice(0, 0, -1)});
}

std::vector<float> to_vector(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

}  // namespace

NoiseSchedule make_noise_schedule(const SamplerConfig& config) {
  at::Tensor betas = training_betas(config);
  if (config.rescale_zero_snr) betas = zero_snr_betas(betas);
  const at::Tensor alphas = at::cumprod(1.0 - betas, 0);
  const bool by_sigma = config.kind != SamplerKind::kDdim && config.kind != SamplerKind::kPndm;
  if (config.rescale_zero_snr && by_sigma) alphas[-1] = kTinyAlpha;
  return {to_vector(alphas), to_vector(((1 - alphas) / alphas).sqrt())};
}

std::vector<double> spaced_timesteps(const SamplerConfig& config, int steps, bool fractional) {
  // DPM-Solver++ lays one step more and leaves the cleanest out.
  const bool one_more = config.kind == SamplerKind::kDpmpp;
  std::vector<double> out;
  switch (config.spacing) {
    case TimestepSpacing::kLinspace:
      out = linspace(0, config.train_timesteps - 1, steps + one_more);
      for (double& t : out) t = fractional ? static_cast<double>(static_cast<float>(t)) : std::nearbyint(t);
      std::reverse(out.begin(), out.end());
      break;
    case TimestepSpacing::kLeading: {
      const int ratio = config.train_timesteps / (steps + one_more);
      for (int i = steps + one_more - 1; i >= 0; --i) out.push_back(i * ratio + config.steps_offset);
      break;
    }
    case TimestepSpacing::kTrailing: {
      // numpy's arange takes the difference of its first two values, rounded, as its step.
      const double count = config.train_timesteps;
      const double step = (count - count / steps) - count;
      for (int i = 0; i < steps; ++i) out.push_back(std::nearbyint(count + i * step) - 1);
      break;
    }
  }
  out.resize(static_cast<std::size_t>(steps));
  return out;
}

double sigma_at(const NoiseSchedule& schedule, double timestep) {
  const std::vector<float>& sigmas = schedule.sigmas;
  const double last = static_cast<double>(sigmas.size()) - 1;
  if (timestep >= last) return sigmas.back();
  if (timestep <= 0) return sigmas.front();
  const auto low = static_cast<std::size_t>(timestep);
  const double from = sigmas[low], to = sigmas[low + 1];
  return (to - from) * (timestep - static_cast<double>(low)) + from;
}

double timestep_at(const NoiseSchedule& schedule, double sigma) {
  const std::vector<float>& sigmas = schedule.sigmas;
  if (sigmas.size() < 2) return 0;
  const double log_sigma = std::log(std::max(sigma, 1e-10));
  const auto above = std::upper_bound(sigmas.begin(), sigmas.end(), log_sigma,
                                      [](double value, float s) { return value < std::log(s); });
  const auto passed = static_cast<std::size_t>(above - sigmas.begin());
  const std::size_t low = std::min(passed == 0 ? 0 : passed - 1, sigmas.size() - 2);
  const float low_log = std::log(sigmas[low]);
  const float high_log = std::log(sigmas[low + 1]);
  const double weight = std::clamp((low_log - log_sigma) / (low_log - high_log), 0.0, 1.0);
  return (1 - weight) * static_cast<double>(low) + weight * static_cast<double>(low + 1);
}

std::vector<double> sigma_ramp(SigmaSchedule kind, double most, double least, int steps) {
  std::vector<double> out = linspace(0, 1, steps);
  if (kind == SigmaSchedule::kKarras) {
    const double first = std::pow(most, 1 / kRho), last = std::pow(least, 1 / kRho);
    for (double& ramp : out) ramp = std::pow(first + ramp * (last - first), kRho);
  } else {
    out = linspace(std::log(most), std::log(least), steps);
    for (double& log_sigma : out) log_sigma = std::exp(log_sigma);
  }
  return out;
}

}  // namespace troupe::diffusion
