#include <ATen/ATen.h>

#include <map>
#include <optional>
#include <set>

#include "tools/parity-check/checks.h"
#include "tools/parity-check/scheduler_case.h"
#include "worker/diffusion/samplers/schedule_tables.h"

namespace troupe::parity {
namespace {

using nlohmann::json;
using Classes = std::map<std::string, std::string>;  // by the name of a case

// The cases of this kind need not name their class. They bear the names of the cases of a `schedulers` golden, which
// does.
Classes classes_of_folder(const std::string& root) {
  Classes classes;
  for (const std::string& name : golden_names(root)) {
    const Result<Golden> golden = Golden::read(root, name);
    if (!golden.ok() || golden->kind() != "schedulers" || !golden->json.contains("cases")) continue;
    for (const auto& [label, spec] : golden->json["cases"].items()) {
      if (spec.is_object() && spec.contains("cls")) classes[label] = spec["cls"].get<std::string>();
    }
  }
  return classes;
}

std::string class_of(const std::string& label, const json& spec, const Classes& classes) {
  if (spec.contains("cls")) return spec["cls"].get<std::string>();
  const auto found = classes.find(label);
  return found == classes.end() ? "" : found->second;
}

// The numbers of steps that a case has tables for.
std::set<int> steps_of(const Golden& golden, const std::string& label) {
  std::set<int> steps;
  for (const std::string& name : golden.tensors->names()) {
    if (name.starts_with(label + "/") && name.ends_with("/timesteps")) {
      steps.insert(std::stoi(name.substr(label.size() + 1)));
    }
  }
  return steps;
}

Outcome check_case(const Golden& golden, const std::string& label, const diffusion::SamplerConfig& config) {
  Comparison comparison(golden.name + "/" + label);
  for (int steps : steps_of(golden, label)) {
    const std::string prefix = label + "/" + std::to_string(steps) + "/";
    const auto sampler = diffusion::make_sampler(config, steps);
    if (!sampler.ok()) {
      comparison.fail(std::to_string(steps) + " steps: " + sampler.status().message());
      continue;
    }
    const at::Tensor timesteps = comparison.expect(golden.tensor(prefix + "timesteps"));
    const bool whole = timesteps.defined() && !at::isFloatingType(timesteps.scalar_type());
    comparison.close(prefix + "timesteps", tensor_of((*sampler)->timesteps(), at::kDouble), timesteps,
                     whole ? kExact : kTrajectory);
    if (!golden.has(prefix + "sigmas")) continue;
    comparison.close(prefix + "sigmas", tensor_of((*sampler)->sigmas()),
                     comparison.expect(golden.tensor(prefix + "sigmas")), kSigmas);
  }
  return comparison.outcome();
}

Outcome check_alphas(const Golden& golden, const diffusion::SamplerConfig& config) {
  Comparison comparison(golden.name + "/alphas_cumprod");
  comparison.close("alphas_cumprod", tensor_of(diffusion::make_noise_schedule(config).alphas_cumprod),
                   comparison.expect(golden.tensor("alphas_cumprod")), kSigmas);
  return comparison.outcome();
}

}  // namespace

std::vector<Outcome> check_scheduler_tables(const Golden& golden, const diffusion::Placement& /*placement*/) {
  if (golden.tensors == nullptr) return {failed(golden.name, golden.tensor("alphas_cumprod").status())};
  const Classes classes = classes_of_folder(golden.root);
  std::vector<Outcome> outcomes;
  bool has_alphas = golden.has("alphas_cumprod");
  for (const auto& [label, spec] : golden.json.at("cases").items()) {
    const std::string name = golden.name + "/" + label;
    const std::string class_name = class_of(label, spec, classes);
    if (class_name.empty()) {
      outcomes.push_back(unsupported(name, "no golden says which class it is of"));
      continue;
    }
    const auto config = sampler_config_of_class(class_name, spec.at("config"));
    if (!config.ok()) {
      outcomes.push_back(unsupported(name, config.status().message()));
      continue;
    }
    outcomes.push_back(check_case(golden, label, *config));
    if (has_alphas && !config->rescale_zero_snr) {  // one table, of the schedule that all cases begin with
      outcomes.push_back(check_alphas(golden, *config));
      has_alphas = false;
    }
  }
  return outcomes;
}

}  // namespace troupe::parity
