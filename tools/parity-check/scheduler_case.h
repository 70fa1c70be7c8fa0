// A case of a scheduler golden: a class of diffusers and its config.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/samplers/sampler.h"

namespace troupe::parity {

// kUnavailable when this build has no sampler for the class or the options.
Result<diffusion::SamplerConfig> sampler_config_of_class(const std::string& class_name, const nlohmann::json& config);

at::Tensor tensor_of(const std::vector<double>& values, c10::ScalarType dtype);
at::Tensor tensor_of(const std::vector<float>& values);

}  // namespace troupe::parity
