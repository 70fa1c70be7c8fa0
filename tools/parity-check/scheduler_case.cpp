#include "tools/parity-check/scheduler_case.h"

#include <ATen/ATen.h>

namespace troupe::parity {

Result<diffusion::SamplerConfig> sampler_config_of_class(const std::string& class_name, const nlohmann::json& config) {
  const auto kind = diffusion::sampler_kind_of_class(class_name);
  if (!kind) return Status(Code::kUnavailable, class_name);
  Result<diffusion::SamplerConfig> parsed = diffusion::sampler_config_from_json(*kind, config);
  if (!parsed.ok()) return Status(Code::kUnavailable, parsed.status().message());
  return parsed;
}

at::Tensor tensor_of(const std::vector<double>& values, c10::ScalarType dtype) {
  return at::tensor(values, at::kDouble).to(dtype);
}

at::Tensor tensor_of(const std::vector<float>& values) {
  return at::tensor(values, at::kFloat);
}

}  // namespace troupe::parity
