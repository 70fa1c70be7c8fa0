#include <algorithm>
#include <cmath>

#include "common/base/limits.h"
#include "worker/diffusion/pipeline/text_to_image_parts.h"

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

}  // namespace

Status TextToImage::Parts::check() const {
  const auto misfit = [&](const std::string& what, std::int64_t a, const std::string& other, std::int64_t b) {
    return Status(Code::kCorrupt,
                  folder + ": " + what + " " + std::to_string(a) + " does not fit " + other + " " + std::to_string(b));
  };
  const UnetConfig& u = unet->config();
  const std::int64_t channels = vae->config().latent_channels;
  if (u.in_channels != channels) return misfit("unet in_channels", u.in_channels, "vae latent_channels", channels);
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

Status check_request(const TextToImageRequest& request, const ClipText& text, int size_multiple) {
  TROUPE_RETURN_IF_ERROR(check_side("width", request.width, size_multiple));
  TROUPE_RETURN_IF_ERROR(check_side("height", request.height, size_multiple));
  if (request.seeds.empty()) return invalid("seeds: at least one is needed, one an image");
  TROUPE_RETURN_IF_ERROR(check_range("guidance", request.guidance, -1000, 1000));
  TROUPE_RETURN_IF_ERROR(check_range("guidance_rescale", request.guidance_rescale, 0, 1));
  TROUPE_RETURN_IF_ERROR(check_range("eta", request.eta, 0, 1));
  TROUPE_RETURN_IF_ERROR(check_range("clip_skip", request.clip_skip, 0, static_cast<double>(text.config().layers)));
  if (std::max(request.prompt.size(), request.negative.size()) > limits::kMaxPromptBytes) {
    return Status(Code::kTooLarge, "a prompt has more than " + std::to_string(limits::kMaxPromptBytes) + " bytes");
  }
  return Status();
}

Result<SamplerConfig> sampler_config_of(const nlohmann::json& scheduler, const TextToImageRequest& request) {
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
