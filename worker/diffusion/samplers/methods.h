// The methods behind make_sampler, one file each, and the arithmetic that they share.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "worker/diffusion/samplers/sampler.h"
#include "worker/diffusion/samplers/schedule_tables.h"

namespace troupe::diffusion {

// All take a checked config.
std::unique_ptr<Sampler> make_euler(const SamplerConfig& config, NoiseSchedule schedule, int steps);
std::unique_ptr<Sampler> make_euler_ancestral(const SamplerConfig& config, NoiseSchedule schedule, int steps);
std::unique_ptr<Sampler> make_ddim(const SamplerConfig& config, NoiseSchedule schedule, int steps);
std::unique_ptr<Sampler> make_dpmpp(const SamplerConfig& config, NoiseSchedule schedule, int steps);
std::unique_ptr<Sampler> make_pndm(const SamplerConfig& config, NoiseSchedule schedule, int steps);

// Noise of x's shape, on x's device.
at::Tensor draw_like(const at::Tensor& x, NoiseSource& noise);

}  // namespace troupe::diffusion
