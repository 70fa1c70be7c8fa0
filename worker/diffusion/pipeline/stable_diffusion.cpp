#include "worker/diffusion/pipeline/stable_diffusion.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/limits.h"
#include "worker/diffusion/noise/noise_source.h"
#include "worker/diffusion/pictures/picture_bytes.h"
#include "worker/diffusion/pipeline/denoise.h"
#include "worker/diffusion/pipeline/guided_model.h"
#include "worker/diffusion/pipeline/pack_index.h"
#include "worker/diffusion/pipeline/prompt_encoder.h"
#include "worker/diffusion/pipeline/stable_diffusion_parts.h"
#include "worker/diffusion/pipeline/start.h"
#include "worker/diffusion/samplers/python_json.h"
#include "worker/diffusion/samplers/sampler.h"
#include "worker/diffusion/torch_errors.h"

namespace troupe::diffusion {
namespace {

class Stopwatch {
 public:
  // Seconds since the last lap.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

at::Tensor kept(const at::Tensor& x) {
  return x.to(at::kCPU, at::kFloat).clone();
}

// Passes draws on and remembers them.
class RecordedNoise : public NoiseSource {
 public:
  RecordedNoise(std::unique_ptr<NoiseSource> source, std::vector<at::Tensor>* draws)
      : source_(std::move(source)), draws_(draws) {}
  at::Tensor next(at::IntArrayRef shape) override { return draws_->emplace_back(source_->next(shape)); }

 private:
  std::unique_ptr<NoiseSource> source_;
  std::vector<at::Tensor>* draws_;
};

std::unique_ptr<NoiseSource> noise_of(const DiffusionRequest& request, DiffusionTrace* trace) {
  std::unique_ptr<NoiseSource> noise =
      request.shared_generator ? noise_per_batch(request.seeds.front()) : noise_per_image(request.seeds);
  if (trace == nullptr) return noise;
  return std::make_unique<RecordedNoise>(std::move(noise), &trace->noise);
}

}  // namespace

Result<std::unique_ptr<StableDiffusion>> StableDiffusion::load(const std::string& folder, const Placement& placement,
                                                               const std::string& vae_folder) {
  c10::InferenceMode inference;
  return catch_torch("loading " + folder, [&]() -> Result<std::unique_ptr<StableDiffusion>> {
    TROUPE_RETURN_IF_ERROR(check_pack_index(folder));
    TROUPE_ASSIGN_OR_RETURN(ClipTokenizer tokenizer, ClipTokenizer::load(folder + "/tokenizer"));
    auto parts = std::make_unique<Parts>(folder, std::move(tokenizer));
    TROUPE_ASSIGN_OR_RETURN(parts->scheduler,
                            read_python_json(folder + "/scheduler/scheduler_config.json", limits::kMaxPackIndexBytes));
    TROUPE_ASSIGN_OR_RETURN(parts->text, ClipText::load(folder + "/text_encoder", placement));
    TROUPE_ASSIGN_OR_RETURN(parts->unet, Unet::load(folder + "/unet", placement));
    TROUPE_ASSIGN_OR_RETURN(parts->vae, Vae::load(vae_folder.empty() ? folder + "/vae" : vae_folder, placement));
    TROUPE_RETURN_IF_ERROR(parts->check());
    return std::unique_ptr<StableDiffusion>(new StableDiffusion(std::move(parts)));
  });
}

StableDiffusion::StableDiffusion(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
StableDiffusion::~StableDiffusion() = default;

int StableDiffusion::size_multiple() const {
  return parts_->vae->scale();
}
bool StableDiffusion::is_for_inpainting() const {
  return parts_->is_for_inpainting();
}
const ClipTokenizer& StableDiffusion::tokenizer() const {
  return parts_->tokenizer;
}
const ClipText& StableDiffusion::text() const {
  return *parts_->text;
}
const Unet& StableDiffusion::unet() const {
  return *parts_->unet;
}
const Vae& StableDiffusion::vae() const {
  return *parts_->vae;
}

Result<SamplerConfig> StableDiffusion::sampler_config(const DiffusionRequest& request) const {
  if (!request.sampler_config) return sampler_config_of(parts_->scheduler, request);
  SamplerConfig config = *request.sampler_config;
  config.eta = request.eta;
  return config;
}

Status StableDiffusion::check(const DiffusionRequest& request) const {
  TROUPE_RETURN_IF_ERROR(parts_->check(request));
  TROUPE_ASSIGN_OR_RETURN(const SamplerConfig config, sampler_config(request));
  return make_sampler(config, request.steps).status();
}

Result<DiffusionResult> StableDiffusion::generate(const DiffusionRequest& request, const StepCallback& callback) const {
  TROUPE_RETURN_IF_ERROR(check(request));
  c10::InferenceMode inference;
  return catch_torch("generate", [&] { return run(request, callback); });
}

Result<DiffusionResult> StableDiffusion::run(const DiffusionRequest& request, const StepCallback& callback) const {
  DiffusionResult result;
  if (request.keep_trace) result.trace.emplace();
  DiffusionTrace* trace = request.keep_trace ? &*result.trace : nullptr;
  Stopwatch watch;
  const bool guided = request.guidance > 1;
  const EncodedPrompts prompts =
      encode_prompts(parts_->tokenizer, *parts_->text, request.prompt, guided ? &request.negative : nullptr,
                     request.long_prompt, request.clip_skip);
  result.dropped_tokens = prompts.dropped_tokens;
  if (trace != nullptr) {
    trace->prompt_embeds = kept(prompts.prompt);
    if (guided) trace->negative_prompt_embeds = kept(prompts.negative);
  }
  result.text_seconds = watch.lap();

  TROUPE_ASSIGN_OR_RETURN(const SamplerConfig config, sampler_config(request));
  TROUPE_ASSIGN_OR_RETURN(const std::unique_ptr<Sampler> sampler, make_sampler(config, request.steps));
  const std::unique_ptr<NoiseSource> noise = noise_of(request, trace);
  const Start start =
      make_start(request, *parts_->vae, is_for_inpainting(), *sampler, *noise, parts_->unet->placement().device, trace);
  result.encode_seconds = watch.lap();

  const GuidedModel model(*parts_->unet, prompts, static_cast<std::int64_t>(request.seeds.size()),
                          {request.guidance, request.guidance_rescale}, start.condition);
  TROUPE_ASSIGN_OR_RETURN(const at::Tensor latents, denoise(start, model, *sampler, *noise, callback, trace));
  result.steps_seconds = watch.lap();

  std::vector<at::Tensor> decoded;
  for (const at::Tensor& one : latents.split(1)) {
    // One at a time: decoding takes more memory than the steps did.
    const at::Tensor image = parts_->vae->decode(parts_->vae->latents_to_z(one));
    result.images.push_back(picture_bytes(image[0]));
    if (trace != nullptr) decoded.push_back(kept(image));
  }
  if (trace != nullptr) trace->decoded = at::cat(decoded);
  result.decode_seconds = watch.lap();
  return result;
}

}  // namespace troupe::diffusion
