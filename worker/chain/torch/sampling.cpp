#include "worker/chain/torch/sampling.h"

namespace troupe::chain {

Result<Sampling> read_sampling(const nlohmann::json& parameters) {
  return reading_parameters([&]() -> Result<Sampling> {
    Sampling sampling;
    const auto read = [&](const char* key, auto& value) { value = value_or(parameters, key, value); };
    diffusion::DiffusionRequest& request = sampling.request;
    read("prompt", request.prompt);
    read("negative", request.negative);
    read("steps", request.steps);
    read("sampler", request.sampler);
    read("schedule", request.schedule);
    read("guidance", request.guidance);
    read("guidance_rescale", request.guidance_rescale);
    read("eta", request.eta);
    read("clip_skip", request.clip_skip);
    read("model", sampling.model);
    read("vae", sampling.vae);
    read("dtype", sampling.dtype);
    if (const auto compat = value_or<std::string>(parameters, "compat", "diffusers"); compat != "diffusers") {
      return Status(Code::kInvalid, "compat: this engine computes as diffusers does, not as \"" + compat + "\"");
    }
    return sampling;
  });
}

}  // namespace troupe::chain
