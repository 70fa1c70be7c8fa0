#include "worker/diffusion/samplers/sampler_config.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace troupe::diffusion {
namespace {

using nlohmann::json;

struct Method {
  SamplerKind kind;
  const char* name;
  const char* class_name;
};
constexpr Method kMethods[] = {
    {SamplerKind::kEuler, "euler", "EulerDiscreteScheduler"},
    {SamplerKind::kEulerAncestral, "euler_a", "EulerAncestralDiscreteScheduler"},
    {SamplerKind::kDdim, "ddim", "DDIMScheduler"},
    {SamplerKind::kDpmpp, "dpmpp_2m", "DPMSolverMultistepScheduler"},
    {SamplerKind::kPndm, "pndm", "PNDMScheduler"},
};

// Reads keys of one config and remembers the first error.
class Reader {
 public:
  explicit Reader(const json& config) : config_(config) {
    if (const auto names = config.find("_use_default_values"); names != config.end() && names->is_array()) {
      for (const json& name : *names) {
        if (name.is_string()) defaulted_.push_back(name.get<std::string>());
      }
    }
  }

  bool boolean(const char* key, bool fallback) {
    const json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) fail(key, "must be true or false");
    return value->is_boolean() ? value->get<bool>() : fallback;
  }
  double number(const char* key, double fallback, double least, double most) {
    const json* value = find(key);
    if (value == nullptr) return fallback;
    const double number = value->is_number() ? value->get<double>() : NAN;
    if (number >= least && number <= most) return number;
    fail(key, "must be a number from " + json(least).dump() + " to " + json(most).dump());
    return fallback;
  }
  int integer(const char* key, int fallback, int least, int most) {
    return static_cast<int>(std::lround(number(key, fallback, least, most)));
  }
  template <typename Enum>
  Enum choice(const char* key, Enum fallback, std::initializer_list<std::pair<const char*, Enum>> choices) {
    const json* value = find(key);
    if (value == nullptr) return fallback;
    std::string known;
    for (const auto& [name, meaning] : choices) {
      if (*value == name) return meaning;
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    fail(key, "is " + value->dump() + "; implemented are: " + known);
    return fallback;
  }
  // An option of the format that is not implemented: only `expected` (or nothing) will do.
  void only(const char* key, const json& expected) {
    const json* value = find(key);
    if (value != nullptr && *value != expected) fail(key, "is " + value->dump() + ", which is not implemented");
  }
  void fail(const char* key, const std::string& what) {
    if (status_.ok()) status_ = Status(Code::kInvalid, "scheduler config: " + std::string(key) + " " + what);
  }
  Status status() const { return status_; }

 private:
  // Null where the key is absent, null, or only holds a default of the class that wrote the config.
  const json* find(const char* key) const {
    if (std::find(defaulted_.begin(), defaulted_.end(), key) != defaulted_.end()) return nullptr;
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
  }

  const json& config_;
  std::vector<std::string> defaulted_;
  Status status_;
};

void read_training(Reader& reader, SamplerConfig& config) {
  config.train_timesteps = reader.integer("num_train_timesteps", config.train_timesteps, 1, 100'000);
  config.beta_start = reader.number("beta_start", config.beta_start, 1e-8, 1);
  config.beta_end = reader.number("beta_end", config.beta_end, 1e-8, 1);
  config.beta_schedule = reader.choice("beta_schedule", config.beta_schedule,
                                       {{"linear", BetaSchedule::kLinear},
                                        {"scaled_linear", BetaSchedule::kScaledLinear},
                                        {"squaredcos_cap_v2", BetaSchedule::kSquaredCosine}});
  config.prediction = reader.choice(
      "prediction_type", config.prediction,
      {{"epsilon", Prediction::kEpsilon}, {"v_prediction", Prediction::kVelocity}, {"sample", Prediction::kSample}});
  reader.only("trained_betas", nullptr);
  reader.only("timestep_type", "discrete");
  reader.only("interpolation_type", "linear");
}

void read_sigmas(Reader& reader, SamplerConfig& config) {
  if (reader.boolean("use_karras_sigmas", false)) config.sigmas = SigmaSchedule::kKarras;
  if (reader.boolean("use_exponential_sigmas", false)) config.sigmas = SigmaSchedule::kExponential;
  reader.only("use_beta_sigmas", false);
  reader.only("sigma_min", nullptr);
  reader.only("sigma_max", nullptr);
  config.ends_at_sigma_min = reader.choice("final_sigmas_type", false, {{"zero", false}, {"sigma_min", true}});
}

void read_method(Reader& reader, SamplerConfig& config) {
  switch (config.kind) {
    case SamplerKind::kEuler: read_sigmas(reader, config); break;
    case SamplerKind::kEulerAncestral: break;
    case SamplerKind::kDdim:
      config.set_alpha_to_one = reader.boolean("set_alpha_to_one", true);
      if (reader.boolean("clip_sample", true)) config.clip_sample = reader.number("clip_sample_range", 1, 0, 1e9);
      reader.only("thresholding", false);
      break;
    case SamplerKind::kDpmpp:
      read_sigmas(reader, config);
      config.solver_order = reader.integer("solver_order", 2, 1, 3);
      config.solver = reader.choice("solver_type", DpmSolver::kMidpoint,
                                    {{"midpoint", DpmSolver::kMidpoint},
                                     {"heun", DpmSolver::kHeun},
                                     {"logrho", DpmSolver::kMidpoint},
                                     {"bh1", DpmSolver::kMidpoint},
                                     {"bh2", DpmSolver::kMidpoint}});
      config.stochastic =
          reader.choice("algorithm_type", false, {{"dpmsolver++", false}, {"deis", false}, {"sde-dpmsolver++", true}});
      config.lower_order_final = reader.boolean("lower_order_final", true);
      config.euler_at_final = reader.boolean("euler_at_final", false);
      reader.only("thresholding", false);
      reader.only("use_lu_lambdas", false);
      reader.only("use_flow_sigmas", false);
      reader.only("lambda_min_clipped", nullptr);
      reader.only("variance_type", nullptr);
      break;
    case SamplerKind::kPndm:
      config.set_alpha_to_one = reader.boolean("set_alpha_to_one", false);
      if (!reader.boolean("skip_prk_steps", false)) reader.fail("skip_prk_steps", "must be true");
      break;
  }
}

}  // namespace

std::optional<SamplerKind> sampler_kind(std::string_view name) {
  for (const Method& method : kMethods) {
    if (name == method.name) return method.kind;
  }
  return std::nullopt;
}

const std::vector<std::string>& sampler_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Method& method : kMethods) out.push_back(method.name);
    return out;
  }();
  return names;
}

std::optional<SamplerKind> sampler_kind_of_class(std::string_view class_name) {
  for (const Method& method : kMethods) {
    if (class_name == method.class_name) return method.kind;
  }
  return std::nullopt;
}

Result<SamplerConfig> sampler_config_from_json(SamplerKind kind, const json& json_config) {
  if (!json_config.is_object()) return Status(Code::kInvalid, "scheduler config: not a JSON object");
  Reader reader(json_config);
  SamplerConfig config;
  config.kind = kind;
  const bool leads = kind == SamplerKind::kDdim || kind == SamplerKind::kPndm;
  read_training(reader, config);
  config.spacing = reader.choice("timestep_spacing", leads ? TimestepSpacing::kLeading : TimestepSpacing::kLinspace,
                                 {{"linspace", TimestepSpacing::kLinspace},
                                  {"leading", TimestepSpacing::kLeading},
                                  {"trailing", TimestepSpacing::kTrailing}});
  config.steps_offset = reader.integer("steps_offset", 0, 0, config.train_timesteps);
  if (kind != SamplerKind::kPndm) config.rescale_zero_snr = reader.boolean("rescale_betas_zero_snr", false);
  read_method(reader, config);
  TROUPE_RETURN_IF_ERROR(reader.status());
  return config;
}

}  // namespace troupe::diffusion
