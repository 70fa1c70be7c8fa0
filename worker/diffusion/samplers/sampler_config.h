// What a sampler is made of: its method and the options of its noise schedule. Names and defaults are those of the
// scheduler_config.json of diffusers.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion {

enum class SamplerKind { kEuler, kEulerAncestral, kDdim, kDpmpp, kPndm };

enum class BetaSchedule { kLinear, kScaledLinear, kSquaredCosine };
enum class TimestepSpacing { kLinspace, kLeading, kTrailing };
enum class SigmaSchedule { kTraining, kKarras, kExponential };  // kTraining: the model's own, read at the timesteps
enum class Prediction { kEpsilon, kVelocity, kSample };
enum class DpmSolver { kMidpoint, kHeun };

struct SamplerConfig {
  SamplerKind kind = SamplerKind::kEuler;

  // The noise schedule that the model was trained with.
  int train_timesteps = 1000;
  BetaSchedule beta_schedule = BetaSchedule::kLinear;
  double beta_start = 0.0001;
  double beta_end = 0.02;
  bool rescale_zero_snr = false;  // the last training step is pure noise
  Prediction prediction = Prediction::kEpsilon;

  // Which of its steps are visited.
  TimestepSpacing spacing = TimestepSpacing::kLinspace;
  int steps_offset = 0;  // added to every timestep of kLeading
  SigmaSchedule sigmas = SigmaSchedule::kTraining;
  bool ends_at_sigma_min = false;  // the last step stops at the lowest training sigma instead of 0

  // kDdim, kPndm
  bool set_alpha_to_one = true;  // the last step goes to a clean image instead of the first training step
  // kDdim
  double eta = 0;                     // 0: deterministic, 1: as noisy as DDPM
  std::optional<double> clip_sample;  // predicted images are held within +- this

  // kDpmpp
  int solver_order = 2;  // 1 to 3
  DpmSolver solver = DpmSolver::kMidpoint;
  bool stochastic = false;  // sde-dpmsolver++
  bool lower_order_final = true;
  bool euler_at_final = false;
};

// The method that a manifest calls "euler", "euler_a", "ddim", "dpmpp_2m" or "pndm".
std::optional<SamplerKind> sampler_kind(std::string_view name);
const std::vector<std::string>& sampler_names();

// The method of a scheduler class of diffusers ("EulerDiscreteScheduler", ...).
std::optional<SamplerKind> sampler_kind_of_class(std::string_view class_name);

// The config that `kind` gets from a scheduler_config.json, which may have been written for another class: keys that
// the method does not know are passed over. kInvalid names the key whose value is wrong or not implemented.
Result<SamplerConfig> sampler_config_from_json(SamplerKind kind, const nlohmann::json& config);

}  // namespace troupe::diffusion
