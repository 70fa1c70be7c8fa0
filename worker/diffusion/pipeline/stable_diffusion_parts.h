// What a StableDiffusion is made of, and the checks of its parts and its requests.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "worker/diffusion/pipeline/stable_diffusion.h"

namespace troupe::diffusion {

struct StableDiffusion::Parts {
  Parts(std::string folder_, ClipTokenizer tokenizer_) : folder(std::move(folder_)), tokenizer(std::move(tokenizer_)) {}
  // kCorrupt when the parts do not fit together.
  Status check() const;
  // kInvalid or kTooLarge; everything but the sampler's options.
  Status check(const DiffusionRequest& request) const;
  bool is_for_inpainting() const;

  std::string folder;
  ClipTokenizer tokenizer;
  nlohmann::json scheduler;
  std::unique_ptr<ClipText> text;
  std::unique_ptr<Unet> unet;
  std::unique_ptr<Vae> vae;
};

// What request.sampler and request.schedule make of a pack's scheduler_config.json. kInvalid.
Result<SamplerConfig> sampler_config_of(const nlohmann::json& scheduler, const DiffusionRequest& request);

}  // namespace troupe::diffusion
