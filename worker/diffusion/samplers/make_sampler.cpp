#include <ATen/Functions.h>

#include <algorithm>
#include <string>

#include "worker/diffusion/samplers/methods.h"

namespace troupe::diffusion {
namespace {

Status check(const SamplerConfig& config, int steps) {
  if (steps < 1 || steps > config.train_timesteps) {
    return Status(Code::kInvalid,
                  "steps must be 1 to " + std::to_string(config.train_timesteps) + ", not " + std::to_string(steps));
  }
  const bool by_alpha = config.kind == SamplerKind::kDdim || config.kind == SamplerKind::kPndm;
  if (by_alpha && config.sigmas != SigmaSchedule::kTraining) {
    return Status(Code::kInvalid,
                  "schedule: ddim and pndm have no sigmas to lay out anew; use schedule default, or "
                  "sampler euler, euler_a or dpmpp_2m");
  }
  if (config.kind == SamplerKind::kPndm && config.prediction == Prediction::kSample) {
    return Status(Code::kInvalid, "pndm does not work with prediction_type sample");
  }
  if (config.kind == SamplerKind::kDpmpp && config.stochastic && config.solver_order > 2) {
    return Status(Code::kInvalid, "the stochastic DPM-Solver++ has solver_order 1 or 2");
  }
  return Status();
}

std::unique_ptr<Sampler> make(const SamplerConfig& config, int steps) {
  NoiseSchedule schedule = make_noise_schedule(config);
  switch (config.kind) {
    case SamplerKind::kEuler: return make_euler(config, std::move(schedule), steps);
    case SamplerKind::kEulerAncestral: return make_euler_ancestral(config, std::move(schedule), steps);
    case SamplerKind::kDdim: return make_ddim(config, std::move(schedule), steps);
    case SamplerKind::kDpmpp: return make_dpmpp(config, std::move(schedule), steps);
    case SamplerKind::kPndm: return make_pndm(config, std::move(schedule), steps);
  }
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_sampler(const SamplerConfig& config, int steps) {
  TROUPE_RETURN_IF_ERROR(check(config, steps));
  std::unique_ptr<Sampler> sampler = make(config, steps);
  const double most = *std::max_element(sampler->timesteps().begin(), sampler->timesteps().end());
  if (config.kind != SamplerKind::kEuler && config.kind != SamplerKind::kEulerAncestral &&
      most >= config.train_timesteps) {
    return Status(Code::kInvalid, std::to_string(steps) + " steps with steps_offset " +
                                      std::to_string(config.steps_offset) + " go past the " +
                                      std::to_string(config.train_timesteps) + " training steps: use fewer steps");
  }
  return sampler;
}

at::Tensor draw_like(const at::Tensor& x, NoiseSource& noise) {
  return noise.next(x.sizes()).to(x.device());
}

}  // namespace troupe::diffusion
