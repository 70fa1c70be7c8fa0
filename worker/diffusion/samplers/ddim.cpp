#include <ATen/ATen.h>

#include <cmath>
#include <utility>

#include "worker/diffusion/samplers/alpha_base.h"

namespace troupe::diffusion {
namespace {

// Song et al. 2021, equations 12 and 16.
class Ddim : public AlphaBase {
 public:
  using AlphaBase::AlphaBase;

  at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& noise) override {
    const int timestep = static_cast<int>(timesteps_[i]);
    const double alpha = alpha_at(timestep), next = alpha_at(timestep - stride());
    const at::Tensor sample = x.to(at::kFloat);
    auto [image, direction] = split(output.to(at::kFloat), sample, alpha);
    if (config().clip_sample) image = image.clamp(-*config().clip_sample, *config().clip_sample);

    const double deviation = config().eta * std::sqrt((1 - next) / (1 - alpha) * (1 - alpha / next));
    at::Tensor result = image * std::sqrt(next) + direction * std::sqrt(1 - next - deviation * deviation);
    if (config().eta > 0) result = result + draw_like(sample, noise) * deviation;
    return result;
  }

 private:
  // The clean image and the noise that the model's output stands for.
  std::pair<at::Tensor, at::Tensor> split(const at::Tensor& output, const at::Tensor& x, double alpha) const {
    const double root = std::sqrt(alpha), noise_root = std::sqrt(1 - alpha);
    switch (config().prediction) {
      case Prediction::kEpsilon: return {(x - output * noise_root) / root, output};
      case Prediction::kVelocity: return {x * root - output * noise_root, output * root + x * noise_root};
      case Prediction::kSample: break;
    }
    return {output, (x - output * root) / noise_root};
  }
};

}  // namespace

std::unique_ptr<Sampler> make_ddim(const SamplerConfig& config, NoiseSchedule schedule, int steps) {
  return std::make_unique<Ddim>(config, std::move(schedule), steps);
}

}  // namespace troupe::diffusion
