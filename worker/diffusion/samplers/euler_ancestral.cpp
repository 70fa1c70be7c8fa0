#include <ATen/ATen.h>

#include <cmath>

#include "worker/diffusion/samplers/euler_base.h"

namespace troupe::diffusion {
namespace {

// Each step goes below its target and climbs back with fresh noise (k-diffusion's sample_euler_ancestral).
class EulerAncestral : public EulerBase {
 public:
  using EulerBase::EulerBase;

  at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& noise) override {
    const double from = sigmas_[i], to = sigmas_[i + 1];
    const double up = std::sqrt(to * to * (from * from - to * to) / (from * from));
    const double down = std::sqrt(to * to - up * up);
    const at::Tensor sample = x.to(at::kFloat);
    const at::Tensor slope = (sample - predicted_image(output.to(at::kFloat), i, sample)) / from;
    return sample + slope * (down - from) + draw_like(sample, noise) * up;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_euler_ancestral(const SamplerConfig& config, NoiseSchedule schedule, int steps) {
  return std::make_unique<EulerAncestral>(config, schedule, steps);
}

}  // namespace troupe::diffusion
