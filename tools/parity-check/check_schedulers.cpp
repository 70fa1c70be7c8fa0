#include <ATen/ATen.h>

#include <algorithm>

#include "tools/parity-check/checks.h"
#include "tools/parity-check/scheduler_case.h"

namespace troupe::parity {
namespace {

// Hands out the golden's own draws.
class GoldenNoise : public diffusion::NoiseSource {
 public:
  GoldenNoise(const Golden& golden, std::string prefix) : golden_(golden), prefix_(std::move(prefix)) {}

  at::Tensor next(at::IntArrayRef shape) override {
    const Result<at::Tensor> draw = golden_.tensor(prefix_ + std::to_string(count_));
    TORCH_CHECK(draw.ok(), "draw ", count_, " is one more than the reference made");
    TORCH_CHECK(draw->sizes() == shape, "draw ", count_, " has another shape");
    ++count_;
    return *draw;
  }
  int count() const { return count_; }

 private:
  const Golden& golden_;
  std::string prefix_;
  int count_ = 0;
};

// The step that begins at a timestep: the later one where two do.
std::size_t step_of(const diffusion::Sampler& sampler, double timestep) {
  const std::vector<double>& all = sampler.timesteps();
  const auto last = std::find(all.rbegin(), all.rend(), timestep);
  TORCH_CHECK(last != all.rend(), "an_t ", timestep, " is not one of the timesteps");
  return static_cast<std::size_t>(all.rend() - last) - 1;
}

// The integer timesteps of the reference must be met exactly, fractional ones as all numbers of a trajectory.
void compare_timesteps(Comparison& comparison, const diffusion::Sampler& sampler, const at::Tensor& expected) {
  if (!expected.defined()) return;
  const bool whole = !at::isFloatingType(expected.scalar_type());
  const at::Tensor actual = tensor_of(sampler.timesteps(), at::kDouble);
  comparison.close("timesteps", actual, expected, whole ? kExact : kTrajectory);
}

void run_trajectory(Comparison& comparison, const Golden& golden, const std::string& prefix,
                    diffusion::Sampler& sampler) {
  GoldenNoise noise(golden, prefix + "noise_");
  at::Tensor x = comparison.expect(golden.tensor(prefix + "sample0"));
  if (!x.defined()) return;
  x = x * sampler.init_noise_sigma();
  for (std::size_t i = 0; i < sampler.timesteps().size(); ++i) {
    const std::string step = std::to_string(i);
    const at::Tensor output = comparison.expect(golden.tensor(prefix + "model_output_" + step));
    if (!output.defined()) return;
    comparison.close("scaled_" + step, sampler.scale_model_input(x, i),
                     comparison.expect(golden.tensor(prefix + "scaled_" + step)), kTrajectory);
    x = sampler.step(output, i, x, noise);
    comparison.close("sample_" + step, x, comparison.expect(golden.tensor(prefix + "sample_" + step)), kTrajectory);
  }
  if (golden.has(prefix + "noise_" + std::to_string(noise.count()))) comparison.fail("the reference draws more noise");
}

Outcome check_case(const Golden& golden, const std::string& label, const nlohmann::json& spec) {
  const std::string name = golden.name + "/" + label;
  const std::string prefix = label + "/";
  Result<diffusion::SamplerConfig> config =
      sampler_config_of_class(spec.at("cls").get<std::string>(), spec.at("config"));
  if (!config.ok()) return unsupported(name, config.status().message());
  const nlohmann::json arguments = spec.value("set_timesteps", nlohmann::json::object());
  for (const auto& [key, value] : arguments.items()) {
    if (!value.is_null()) return unsupported(name, "set_timesteps with " + key);
  }
  if (spec.contains("eta") && spec["eta"].is_number()) config->eta = spec["eta"].get<double>();
  const auto sampler = diffusion::make_sampler(*config, spec.at("steps").get<int>());
  if (!sampler.ok()) return unsupported(name, sampler.status().message());

  Comparison comparison(name);
  compare_timesteps(comparison, **sampler, comparison.expect(golden.tensor(prefix + "timesteps")));
  if (golden.has(prefix + "sigmas")) {
    comparison.close("sigmas", tensor_of((*sampler)->sigmas()), comparison.expect(golden.tensor(prefix + "sigmas")),
                     kSigmas);
  }
  if (spec.contains("init_noise_sigma") && spec["init_noise_sigma"].is_number()) {
    comparison.close("init_noise_sigma", at::scalar_tensor((*sampler)->init_noise_sigma(), at::kDouble),
                     at::scalar_tensor(spec["init_noise_sigma"].get<double>(), at::kDouble), kSigmas);
  }
  run_trajectory(comparison, golden, prefix, **sampler);
  if (golden.has(prefix + "an_t")) {
    const auto tensor = [&](const char* part) { return comparison.expect(golden.tensor(prefix + part)); };
    const std::size_t step = step_of(**sampler, tensor("an_t").flatten()[0].item<double>());
    comparison.close("an_out", (*sampler)->add_noise(tensor("an_x0"), tensor("an_noise"), step), tensor("an_out"),
                     kTrajectory);
  }
  return comparison.outcome();
}

}  // namespace

std::vector<Outcome> check_schedulers(const Golden& golden, const diffusion::Placement& /*placement*/) {
  std::vector<Outcome> outcomes;
  for (const auto& [label, spec] : golden.json.at("cases").items()) {
    try {
      outcomes.push_back(check_case(golden, label, spec));
    } catch (const std::exception& error) {
      const std::string text = error.what();
      outcomes.push_back(failed(golden.name + "/" + label, Status(Code::kInternal, text.substr(0, text.find('\n')))));
    }
  }
  return outcomes;
}

}  // namespace troupe::parity
