// The tables that samplers share: the noise of the training steps, and the steps and sigmas of one run. Numbers are
// rounded where diffusers rounds them.
#pragma once

#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/samplers/sampler_config.h"

namespace troupe::diffusion {

// By training timestep, the cleanest first.
struct NoiseSchedule {
  std::vector<float> alphas_cumprod;  // the share of the image in x_t, squared
  std::vector<float> sigmas;          // noise over image: sqrt((1 - alpha) / alpha); infinite where alpha is 0
};

NoiseSchedule make_noise_schedule(const SamplerConfig& config);

// Timesteps of kLinspace, kLeading and kTrailing from the noisiest to the cleanest, as whole numbers except where
// `fractional` lets kLinspace keep its fractions (in fp32).
std::vector<double> spaced_timesteps(const SamplerConfig& config, int steps, bool fractional);

// The training sigma at a timestep, interpolated.
double sigma_at(const NoiseSchedule& schedule, double timestep);
// The timestep whose training sigma is `sigma`, interpolated on log sigma.
double timestep_at(const NoiseSchedule& schedule, double sigma);

// `steps` sigmas from `most` to `least`: Karras et al. 2022 with rho 7, or evenly spaced logarithms.
std::vector<double> sigma_ramp(SigmaSchedule kind, double most, double least, int steps);

}  // namespace troupe::diffusion
