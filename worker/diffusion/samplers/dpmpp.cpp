#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "worker/diffusion/samplers/methods.h"

namespace troupe::diffusion {
namespace {

// Below this many steps the last ones are taken with lower order.
constexpr std::size_t kFewSteps = 15;

// A point of the run: x = alpha * image + sigma * noise with alpha^2 + sigma^2 = 1; lambda = log(alpha / sigma).
struct Point {
  explicit Point(double ratio)
      : alpha(1 / std::sqrt(ratio * ratio + 1)), sigma(ratio * alpha), lambda(-std::log(ratio)) {}
  double alpha, sigma, lambda;
};

// DPM-Solver++, the multistep method on predicted images (Lu et al. 2022), deterministic or stochastic.
class Dpmpp : public Sampler {
 public:
  Dpmpp(const SamplerConfig& config, const NoiseSchedule& schedule, int steps) : config_(config) {
    timesteps_ = spaced_timesteps(config, steps, /*fractional=*/false);
    std::vector<double> sigmas;
    if (config.sigmas == SigmaSchedule::kTraining) {
      for (double t : timesteps_) sigmas.push_back(sigma_at(schedule, t));
    } else {
      sigmas = sigma_ramp(config.sigmas, schedule.sigmas.back(), schedule.sigmas.front(), steps);
      const bool rounds =
          config.sigmas == SigmaSchedule::kKarras && config.beta_schedule != BetaSchedule::kSquaredCosine;
      std::transform(sigmas.begin(), sigmas.end(), timesteps_.begin(), [&](double sigma) {
        const double timestep = timestep_at(schedule, sigma);
        return rounds ? std::nearbyint(timestep) : std::trunc(timestep);
      });
    }
    sigmas_.assign(sigmas.begin(), sigmas.end());
    sigmas_.push_back(config.ends_at_sigma_min ? schedule.sigmas.front() : 0);
  }

  at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& noise) override {
    const at::Tensor sample = x.to(at::kFloat);
    images_.push_front(predicted_image(output.to(at::kFloat), i, sample));
    const auto most = static_cast<std::size_t>(config_.solver_order);
    if (images_.size() > most) images_.pop_back();

    const Point from(sigmas_[i]), to(sigmas_[i + 1]);
    const double h = to.lambda - from.lambda;  // infinite where the run ends at sigma 0
    at::Tensor result = advance(sample, from, to, h, order_at(i), i);
    if (config_.stochastic) {
      result = result + draw_like(sample, noise) * (to.sigma * std::sqrt(1 - std::exp(-2 * h)));
    }
    return result;
  }

  at::Tensor add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const override {
    const Point point(sigmas_[i]);
    return x0 * point.alpha + noise * point.sigma;
  }

 private:
  at::Tensor predicted_image(const at::Tensor& output, std::size_t i, const at::Tensor& x) const {
    const Point point(sigmas_[i]);
    switch (config_.prediction) {
      case Prediction::kEpsilon: return (x - output * point.sigma) / point.alpha;
      case Prediction::kVelocity: return x * point.alpha - output * point.sigma;
      case Prediction::kSample: break;
    }
    return output;
  }

  std::size_t order_at(std::size_t i) const {
    const std::size_t count = timesteps_.size();
    const bool lowers = config_.lower_order_final && count < kFewSteps;
    if (i + 1 == count && (config_.euler_at_final || lowers || !config_.ends_at_sigma_min)) return 1;
    if (i + 2 == count && lowers) return std::min<std::size_t>(images_.size(), 2);
    return images_.size();
  }

  // x at the end of the step, from the newest image and, by order, its first and second differences over lambda. The
  // stochastic solver decays over twice the step.
  at::Tensor advance(const at::Tensor& x, const Point& from, const Point& to, double h, std::size_t order,
                     std::size_t i) const {
    const double step = config_.stochastic ? 2 * h : h;
    const double decay = std::exp(-step);
    const double scale = to.sigma / from.sigma * (config_.stochastic ? std::exp(-h) : 1);
    at::Tensor result = x * scale + images_[0] * (to.alpha * (1 - decay));
    if (order == 1) return result;

    const double r0 = (from.lambda - Point(sigmas_[i - 1]).lambda) / h;
    const at::Tensor slope0 = (images_[0] - images_[1]) / r0;
    const double first = to.alpha * ((decay - 1) / step + 1);
    if (order == 2) {
      const bool heun = config_.solver == DpmSolver::kHeun;
      return result + slope0 * (heun ? first : 0.5 * to.alpha * (1 - decay));
    }
    const double r1 = (Point(sigmas_[i - 1]).lambda - Point(sigmas_[i - 2]).lambda) / h;
    const at::Tensor slope1 = (images_[1] - images_[2]) / r1;
    const at::Tensor change = slope0 - slope1;
    const double second = to.alpha * ((decay - 1 + step) / (step * step) - 0.5);
    return result + (slope0 + change * (r0 / (r0 + r1))) * first - change * (second / (r0 + r1));
  }

  SamplerConfig config_;
  std::deque<at::Tensor> images_;  // predicted at this and the steps before, the newest first
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp(const SamplerConfig& config, NoiseSchedule schedule, int steps) {
  return std::make_unique<Dpmpp>(config, schedule, steps);
}

}  // namespace troupe::diffusion
