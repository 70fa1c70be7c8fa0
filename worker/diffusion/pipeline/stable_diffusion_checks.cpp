#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "common/base/limits.h"
#include "worker/diffusion/pipeline/stable_diffusion_parts.h"
#include "worker/diffusion/pipeline/start.h"

namespace troupe::diffusion {
namespace {

Status invalid(const std::string& what) {
  return Status(Code::kInvalid, what);
}

Status check_side(const char* name, int pixels, int multiple) {
  if (pixels > limits::kMaxPictureSide) {
    return Status(Code::kTooLarge, std::string(name) + " " + std::to_string(pixels) + " is above " +
                                       std::to_string(limits::kMaxPictureSide));
  }
  if (pixels > 0 && pixels % multiple == 0) return Status();
  const int near = std::max(multiple, (pixels + multiple / 2) / multiple * multiple);
  return invalid(std::string(name) + " " + std::to_string(pixels) + " is not a multiple of " +
                 std::to_string(multiple) + ", as this pack needs; " + std::to_string(near) + " is near");
}

Status check_range(const char* name, double value, double least, double most) {
  if (value >= least && value <= most) return Status();
  return invalid(std::string(name) + " must be " + nlohmann::json(least).dump() + " to " + nlohmann::json(most).dump() +
                 ", not " + nlohmann::json(value).dump());
}

bool are_bytes(const at::Tensor& tensor, at::IntArrayRef sizes) {
  return tensor.defined() && tensor.scalar_type() == at::kByte && tensor.sizes() == sizes;
}

Status check_start(const DiffusionRequest& request) {
  const StartPicture& start = *request.start;
  const std::string size = std::to_string(request.width) + "x" + std::to_string(request.height);
  if (!are_bytes(start.image, {request.height, request.width, 3})) {
    return invalid("the picture to begin with must be " + size + " RGB bytes");
  }
  if (start.mask.defined() && !are_bytes(start.mask, {request.height, request.width})) {
    return invalid("the mask must be " + size + " bytes, as the picture");
  }
  TROUPE_RETURN_IF_ERROR(check_range("strength", start.strength, 0, 1));
  if (request.steps > 0 && steps_of_strength(request.steps, start.strength) < 1) {
    return invalid("strength " + nlohmann::json(start.strength).dump() + " of " + std::to_string(request.steps) +
                   " steps is no step at all; " + nlohmann::json(std::ceil(100.0 / request.steps) / 100).dump() +
                   " is enough for one");
  }
  if (start.masked_noise && !start.mask.defined()) return invalid("noise in the mask needs a mask");
  if (start.sample_posterior && !request.shared_generator) {
    return invalid("drawing from the encoder's posterior needs one generator for the batch");
  }
  return Status();
}

}  // namespace

Status StableDiffusion::Parts::check() const {
  const auto misfit = [&](const std::string& what, std::int64_t a, const std::string& other, std::int64_t b) {
    return Status(Code::kCorrupt,
                  folder + ": " + what + " " + std::to_string(a) + " does not fit " + other + " " + std::to_string(b));
  };
  const UnetConfig& u = unet->config();
  const std::int64_t channels = vae->config().latent_channels;
  if (u.in_channels != channels && !is_for_inpainting()) {
    return misfit("unet in_channels", u.in_channels, "vae latent_channels", channels);
  }
  if (u.out_channels != channels) return misfit("unet out_channels", u.out_channels, "vae latent_channels", channels);
  if (vae->config().out_channels != 3) return misfit("vae out_channels", vae->config().out_channels, "colours", 3);
  const ClipTextConfig& t = text->config();
  if (u.cross_attention_dim != t.hidden_size) {
    return misfit("unet cross_attention_dim", u.cross_attention_dim, "text_encoder hidden_size", t.hidden_size);
  }
  if (tokenizer.vocabulary() > t.vocabulary) {
    return misfit("tokenizer ids up to", tokenizer.vocabulary() - 1, "text_encoder vocab_size", t.vocabulary);
  }
  if (t.max_positions < 3)
    return misfit("text_encoder max_position_embeddings", t.max_positions, "a prompt's least", 3);
  return Status();
}

bool StableDiffusion::Parts::is_for_inpainting() const {
  // Its own latents, the mask, the masked picture's latents.
  return unet->config().in_channels == 2 * vae->config().latent_channels + 1;
}

Status StableDiffusion::Parts::check(const DiffusionRequest& request) const {
  TROUPE_RETURN_IF_ERROR(check_side("width", request.width, vae->scale()));
  TROUPE_RETURN_IF_ERROR(check_side("height", request.height, vae->scale()));
  if (request.seeds.empty()) return invalid("seeds: at least one is needed, one an image");
  TROUPE_RETURN_IF_ERROR(check_range("guidance", request.guidance, -1000, 1000));
  TROUPE_RETURN_IF_ERROR(check_range("guidance_rescale", request.guidance_rescale, 0, 1));
  TROUPE_RETURN_IF_ERROR(check_range("eta", request.eta, 0, 1));
  TROUPE_RETURN_IF_ERROR(check_range("clip_skip", request.clip_skip, 0, static_cast<double>(text->config().layers)));
  TROUPE_RETURN_IF_ERROR(check_range("variation", request.variation, 0, 1));
  if (request.variation > 0 && request.subseeds.size() != request.seeds.size()) {
    return invalid("variation needs as many subseeds as seeds");
  }
  if (std::max(request.prompt.size(), request.negative.size()) > limits::kMaxPromptBytes) {
    return Status(Code::kTooLarge, "a prompt has more than " + std::to_string(limits::kMaxPromptBytes) + " bytes");
  }
  const bool masked = request.start && request.start->mask.defined();
  if (is_for_inpainting() && !masked) {
    return invalid(folder + " was made for inpainting: it needs a picture with a mask to begin with");
  }
  return request.start ? check_start(request) : Status();
}

Result<SamplerConfig> sampler_config_of(const nlohmann::json& scheduler, const DiffusionRequest& request) {
  const auto kind = sampler_kind(request.sampler);
  if (!kind) {
    std::string known;
    for (const std::string& name : sampler_names()) known += (known.empty() ? "" : ", ") + name;
    return invalid("sampler \"" + request.sampler + "\" is unknown; known are " + known);
  }
  nlohmann::json options = scheduler;
  // PNDM's own default are Runge-Kutta steps, which no Stable Diffusion pack wants.
  if (options.is_object() && !options.contains("skip_prk_steps")) options["skip_prk_steps"] = true;
  TROUPE_ASSIGN_OR_RETURN(SamplerConfig config, sampler_config_from_json(*kind, options));
  config.eta = request.eta;
  if (*kind == SamplerKind::kDpmpp) {
    // The name says the order and that it is deterministic, whatever variant the pack's own scheduler is.
    config.solver_order = 2;
    config.solver = DpmSolver::kMidpoint;
    config.stochastic = false;
  }
  if (request.schedule == "karras") {
    config.sigmas = SigmaSchedule::kKarras;
  } else if (request.schedule != "default") {
    return invalid("schedule \"" + request.schedule + "\" is unknown; known are default, karras");
  }
  return config;
}

}  // namespace troupe::diffusion
