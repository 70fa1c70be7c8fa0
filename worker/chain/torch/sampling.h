// The parameters that every stage of diffusion has. Private to worker/chain/torch.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

struct Sampling {
  diffusion::DiffusionRequest request;  // prompt, negative and how it is sampled; no size, seed or start
  std::string model;                    // of the pack; "": its first diffusion model
  std::string vae;                      // of the pack; "": the model's own
  std::string dtype = "auto";
};

// Those of common/manifest/stage_schema.cpp; what is null or absent keeps its default. kInvalid names one that is of a
// wrong type or of a value that is not computed here (compat webui).
Result<Sampling> read_sampling(const nlohmann::json& parameters);

// parameters[key], or `fallback` where it is absent or null. Throws nlohmann::json::exception for a wrong type.
template <typename T>
T value_or(const nlohmann::json& parameters, const char* key, T fallback) {
  const auto found = parameters.find(key);
  return found == parameters.end() || found->is_null() ? fallback : found->get<T>();
}

// `read`'s result; kInvalid for a parameter of a wrong type.
template <typename Read>
auto reading_parameters(Read&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kInvalid, std::string("parameters: ") + error.what());
  }
}

}  // namespace troupe::chain
