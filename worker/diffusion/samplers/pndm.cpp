#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "worker/diffusion/samplers/alpha_base.h"

namespace troupe::diffusion {
namespace {

// Pseudo linear multistep method (Liu et al. 2022, equation 9), as Stable Diffusion's PLMS: no Runge-Kutta steps; the
// first step is taken again with the mean of two outputs, so that the model is asked once more than there are steps.
// A run that begins later does the same with its own first step; the outputs after it are then asked for one timestep
// below that of x, as in diffusers.
class Pndm : public AlphaBase {
 public:
  Pndm(const SamplerConfig& config, NoiseSchedule schedule, int steps) : AlphaBase(config, std::move(schedule), steps) {
    if (steps > 1) timesteps_.insert(timesteps_.begin() + 1, timesteps_[1]);
  }

  at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& /*noise*/) override {
    const at::Tensor sample = x.to(at::kFloat);
    const at::Tensor current = output.to(at::kFloat);
    const int timestep = static_cast<int>(timesteps_[i]);
    const bool again = first_sample_.defined();
    if (again) {
      const at::Tensor mean = (current + outputs_.back()) / 2;
      return move(std::exchange(first_sample_, {}), timestep + stride(), timestep, mean);
    }
    if (outputs_.empty()) first_sample_ = sample;
    if (outputs_.size() == kHistory) outputs_.pop_front();
    outputs_.push_back(current);
    return move(sample, timestep, timestep - stride(), extrapolated());
  }

 private:
  static constexpr std::size_t kHistory = 4;

  // The Adams-Bashforth mean of as many outputs as there are.
  at::Tensor extrapolated() const {
    const auto past = [&](std::size_t back) { return outputs_[outputs_.size() - 1 - back]; };
    switch (outputs_.size()) {
      case 1: return past(0);
      case 2: return (past(0) * 3 - past(1)) / 2;
      case 3: return (past(0) * 23 - past(1) * 16 + past(2) * 5) / 12;
      default: return (past(0) * 55 - past(1) * 59 + past(2) * 37 - past(3) * 9) / 24;
    }
  }

  at::Tensor move(const at::Tensor& x, int from, int to, at::Tensor output) const {
    const double alpha = alpha_at(from), next = alpha_at(to);
    if (config().prediction == Prediction::kVelocity) output = output * std::sqrt(alpha) + x * std::sqrt(1 - alpha);
    const double denominator = alpha * std::sqrt(1 - next) + std::sqrt(alpha * (1 - alpha) * next);
    return x * std::sqrt(next / alpha) - output * ((next - alpha) / denominator);
  }

  std::deque<at::Tensor> outputs_;
  at::Tensor first_sample_;
};

}  // namespace

std::unique_ptr<Sampler> make_pndm(const SamplerConfig& config, NoiseSchedule schedule, int steps) {
  return std::make_unique<Pndm>(config, std::move(schedule), steps);
}

}  // namespace troupe::diffusion
