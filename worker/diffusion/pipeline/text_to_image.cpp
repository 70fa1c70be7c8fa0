#include "worker/diffusion/pipeline/text_to_image.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "common/base/limits.h"
#include "worker/diffusion/noise/noise_source.h"
#include "worker/diffusion/pipeline/guidance.h"
#include "worker/diffusion/pipeline/pack_index.h"
#include "worker/diffusion/pipeline/picture_bytes.h"
#include "worker/diffusion/pipeline/prompt_encoder.h"
#include "worker/diffusion/pipeline/text_to_image_parts.h"
#include "worker/diffusion/samplers/python_json.h"
#include "worker/diffusion/samplers/sampler.h"
#include "worker/diffusion/torch_errors.h"

namespace troupe::diffusion {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
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

std::unique_ptr<NoiseSource> noise_of(const TextToImageRequest& request, TextToImageTrace* trace) {
  std::unique_ptr<NoiseSource> noise =
      request.shared_generator ? noise_per_batch(request.seeds.front()) : noise_per_image(request.seeds);
  if (trace == nullptr) return noise;
  return std::make_unique<RecordedNoise>(std::move(noise), &trace->noise);
}

// The UNet with the prompt that it is to follow and, with guidance, the one that it is to avoid: both in one batch.
class GuidedModel {
 public:
  GuidedModel(const Unet& unet, const EncodedPrompts& prompts, std::int64_t batch, const TextToImageRequest& request)
      : unet_(unet),
        guidance_(request.guidance),
        rescale_(request.guidance_rescale),
        guided_(prompts.negative.defined()) {
    const auto repeated = [&](const at::Tensor& context) { return context.expand({batch, -1, -1}); };
    context_ = unet.prepare(guided_ ? at::cat({repeated(prompts.negative), repeated(prompts.prompt)})
                                    : repeated(prompts.prompt).contiguous());
  }

  // fp32 output for the scaled x at a timestep.
  at::Tensor operator()(const at::Tensor& x, double timestep) const {
    const at::Tensor t = at::scalar_tensor(timestep, x.options());
    const at::Tensor output = unet_.forward(guided_ ? at::cat({x, x}) : x, t, context_).to(at::kFloat);
    if (!guided_) return output;
    const std::vector<at::Tensor> halves = output.chunk(2);
    return guide(halves[0], halves[1], guidance_, rescale_);
  }

 private:
  const Unet& unet_;
  UnetContext context_;
  double guidance_, rescale_;
  bool guided_;
};

}  // namespace

Result<std::unique_ptr<TextToImage>> TextToImage::load(const std::string& folder, const Placement& placement) {
  c10::InferenceMode inference;
  return catch_torch("loading " + folder, [&]() -> Result<std::unique_ptr<TextToImage>> {
    TROUPE_RETURN_IF_ERROR(check_pack_index(folder));
    TROUPE_ASSIGN_OR_RETURN(ClipTokenizer tokenizer, ClipTokenizer::load(folder + "/tokenizer"));
    auto parts = std::make_unique<Parts>(folder, std::move(tokenizer));
    TROUPE_ASSIGN_OR_RETURN(parts->scheduler,
                            read_python_json(folder + "/scheduler/scheduler_config.json", limits::kMaxPackIndexBytes));
    TROUPE_ASSIGN_OR_RETURN(parts->text, ClipText::load(folder + "/text_encoder", placement));
    TROUPE_ASSIGN_OR_RETURN(parts->unet, Unet::load(folder + "/unet", placement));
    TROUPE_ASSIGN_OR_RETURN(parts->vae, Vae::load(folder + "/vae", placement));
    TROUPE_RETURN_IF_ERROR(parts->check());
    return std::unique_ptr<TextToImage>(new TextToImage(std::move(parts)));
  });
}

TextToImage::TextToImage(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TextToImage::~TextToImage() = default;

int TextToImage::size_multiple() const {
  return parts_->vae->scale();
}
const ClipTokenizer& TextToImage::tokenizer() const {
  return parts_->tokenizer;
}
const ClipText& TextToImage::text() const {
  return *parts_->text;
}
const Unet& TextToImage::unet() const {
  return *parts_->unet;
}
const Vae& TextToImage::vae() const {
  return *parts_->vae;
}

Result<SamplerConfig> TextToImage::sampler_config(const TextToImageRequest& request) const {
  if (!request.sampler_config) return sampler_config_of(parts_->scheduler, request);
  SamplerConfig config = *request.sampler_config;
  config.eta = request.eta;
  return config;
}

Status TextToImage::check(const TextToImageRequest& request) const {
  TROUPE_RETURN_IF_ERROR(check_request(request, *parts_->text, size_multiple()));
  TROUPE_ASSIGN_OR_RETURN(const SamplerConfig config, sampler_config(request));
  return make_sampler(config, request.steps).status();
}

Result<TextToImageResult> TextToImage::generate(const TextToImageRequest& request, const StepCallback& callback) const {
  TROUPE_RETURN_IF_ERROR(check(request));
  c10::InferenceMode inference;
  return catch_torch("generate", [&] { return run(request, callback); });
}

Result<TextToImageResult> TextToImage::run(const TextToImageRequest& request, const StepCallback& callback) const {
  TextToImageResult result;
  if (request.keep_trace) result.trace.emplace();
  TextToImageTrace* trace = request.keep_trace ? &*result.trace : nullptr;
  const auto keep = [](const at::Tensor& x) { return x.to(at::kCPU, at::kFloat).clone(); };

  auto start = std::chrono::steady_clock::now();
  const bool guided = request.guidance > 1;
  const EncodedPrompts prompts =
      encode_prompts(parts_->tokenizer, *parts_->text, request.prompt, guided ? &request.negative : nullptr,
                     request.long_prompt, request.clip_skip);
  result.dropped_tokens = prompts.dropped_tokens;
  if (trace != nullptr) {
    trace->prompt_embeds = keep(prompts.prompt);
    if (guided) trace->negative_prompt_embeds = keep(prompts.negative);
  }
  result.text_seconds = seconds_since(start);

  start = std::chrono::steady_clock::now();
  TROUPE_ASSIGN_OR_RETURN(const SamplerConfig config, sampler_config(request));
  TROUPE_ASSIGN_OR_RETURN(const std::unique_ptr<Sampler> sampler, make_sampler(config, request.steps));
  const std::unique_ptr<NoiseSource> noise = noise_of(request, trace);
  const auto batch = static_cast<std::int64_t>(request.seeds.size());
  const GuidedModel model(*parts_->unet, prompts, batch, request);
  const int scale = parts_->vae->scale();
  at::Tensor x =
      noise->next({batch, parts_->vae->config().latent_channels, request.height / scale, request.width / scale})
          .to(parts_->unet->placement().device) *
      sampler->init_noise_sigma();
  const int steps = static_cast<int>(sampler->timesteps().size());
  for (int i = 0; i <= steps; ++i) {
    if (callback && !callback(i, steps)) return Status(Code::kCancelled, "stopped at step " + std::to_string(i));
    if (i == steps) break;
    const auto index = static_cast<std::size_t>(i);
    const at::Tensor output = model(sampler->scale_model_input(x, index), sampler->timesteps()[index]);
    x = sampler->step(output, index, x, *noise);
    if (trace != nullptr) trace->latents.push_back(keep(x));
  }
  result.steps_seconds = seconds_since(start);

  start = std::chrono::steady_clock::now();
  std::vector<at::Tensor> decoded;
  for (const at::Tensor& latents : x.split(1)) {
    // One at a time: decoding takes more memory than the steps did.
    const at::Tensor image = parts_->vae->decode(parts_->vae->latents_to_z(latents));
    result.images.push_back(picture_bytes(image[0]));
    if (trace != nullptr) decoded.push_back(keep(image));
  }
  if (trace != nullptr) trace->decoded = at::cat(decoded);
  result.decode_seconds = seconds_since(start);
  return result;
}

}  // namespace troupe::diffusion
