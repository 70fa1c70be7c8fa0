#include "worker/diffusion/unet/timestep_embedding.h"

#include <ATen/ATen.h>

#include <cmath>

namespace troupe::diffusion {
namespace {

constexpr double kLongestPeriod = 10000;

}  // namespace

Result<TimestepEmbedding> TimestepEmbedding::load(Weights& weights, const UnetConfig& config) {
  TimestepEmbedding embedding;
  const std::int64_t in = config.block_out_channels[0], half = in / 2;
  const at::Tensor exponents = at::arange(half, at::kFloat) * -std::log(kLongestPeriod);
  embedding.frequencies =
      (exponents / (static_cast<double>(half) - config.freq_shift)).exp().to(weights.placement().device);
  embedding.cosines_first = config.flip_sin_to_cos;
  TROUPE_ASSIGN_OR_RETURN(embedding.linear_1, Linear::load(weights, "time_embedding.linear_1", in, width(config)));
  TROUPE_ASSIGN_OR_RETURN(embedding.linear_2,
                          Linear::load(weights, "time_embedding.linear_2", width(config), width(config)));
  return embedding;
}

at::Tensor TimestepEmbedding::forward(const at::Tensor& timestep) const {
  const at::Tensor angles = timestep.unsqueeze(1) * frequencies;
  const at::Tensor sines = angles.sin(), cosines = angles.cos();
  const at::Tensor waves = cosines_first ? at::cat({cosines, sines}, 1) : at::cat({sines, cosines}, 1);
  return linear_2(at::silu(linear_1(waves.to(linear_1.weight.scalar_type()))));
}

}  // namespace troupe::diffusion
