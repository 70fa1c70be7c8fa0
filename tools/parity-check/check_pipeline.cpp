#include <ATen/ATen.h>

#include <cstdio>
#include <optional>

#include "tools/parity-check/checks.h"
#include "tools/parity-check/scheduler_case.h"
#include "worker/diffusion/pipeline/stable_diffusion.h"
#include "worker/diffusion/samplers/python_json.h"

namespace troupe::parity {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxConfigBytes = 1u << 20;
constexpr double kLeastEqualShare = 0.99;  // of the bytes of a picture; the others may differ by one

// The config in the golden, else that of its model's folder, for the class that the golden names.
Result<diffusion::SamplerConfig> sampler_of(const Golden& golden, const std::string& folder) {
  json config = golden.json.value("scheduler_config", json());
  if (config.is_null()) {
    TROUPE_ASSIGN_OR_RETURN(config,
                            diffusion::read_python_json(folder + "/scheduler/scheduler_config.json", kMaxConfigBytes));
  }
  return sampler_config_of_class(golden.json.at("scheduler").get<std::string>(), config);
}

// The picture that the golden's kind begins with, or nothing.
Result<std::optional<diffusion::StartPicture>> start_of(const Golden& golden) {
  if (golden.kind() == "sd_txt2img") return std::optional<diffusion::StartPicture>();
  diffusion::StartPicture start;
  TROUPE_ASSIGN_OR_RETURN(start.image, golden.tensor("init_image_u8"));
  if (golden.kind() != "sd_img2img") {
    TROUPE_ASSIGN_OR_RETURN(start.mask, golden.tensor("mask_u8"));
  }
  start.strength = golden.json.at("strength").get<double>();
  start.sample_posterior = true;
  return std::optional(std::move(start));
}

diffusion::DiffusionRequest request_of(const Golden& golden, const diffusion::SamplerConfig& sampler) {
  const json& spec = golden.json;
  diffusion::DiffusionRequest request;
  request.prompt = spec.at("prompt").get<std::string>();
  const json negative = spec.value("negative_prompt", json());
  if (negative.is_string()) request.negative = negative.get<std::string>();
  request.width = spec.at("width").get<int>();
  request.height = spec.at("height").get<int>();
  request.steps = spec.at("steps").get<int>();
  request.sampler_config = sampler;
  request.guidance = spec.value("guidance_scale", request.guidance);
  request.guidance_rescale = spec.value("guidance_rescale", 0.0);
  request.eta = spec.value("eta", 0.0);
  request.clip_skip = spec.value("clip_skip", 0);
  request.seeds.assign(spec.value("batch", std::size_t{1}), spec.at("seed").get<std::uint64_t>());
  request.shared_generator = true;
  request.keep_trace = true;
  return request;
}

std::string numbered(const char* prefix, std::size_t index, const char* format) {
  char digits[16];
  std::snprintf(digits, sizeof digits, format, static_cast<int>(index));
  return std::string(prefix) + digits;
}

void compare_ids(Comparison& comparison, const Golden& golden, const diffusion::StableDiffusion& pipeline,
                 const char* tensor, const std::string& prompt) {
  if (!golden.has(tensor)) return;
  const at::Tensor expected = comparison.expect(golden.tensor(tensor)).flatten();
  const auto window =
      diffusion::prompt_windows(pipeline.tokenizer(), prompt, expected.numel(), diffusion::LongPrompt::kCut)
          .windows.front();
  comparison.equal(tensor, at::tensor(window.ids, at::kLong), expected);
}

void compare_picture(Comparison& comparison, const diffusion::DiffusionResult& result, const at::Tensor& expected) {
  if (!expected.defined()) return;
  const at::Tensor actual = at::stack(result.images);
  if (actual.sizes() != expected.sizes()) return comparison.fail("image_u8 has another shape");
  const at::Tensor difference = (actual.to(at::kInt) - expected.to(at::kInt)).abs();
  const double most = difference.max().item<double>();
  const double equal = (difference == 0).to(at::kDouble).mean().item<double>();
  if (most > 1 || equal <= kLeastEqualShare) {
    comparison.fail("image_u8 differs by up to " + std::to_string(static_cast<int>(most)) + ", and " +
                    std::to_string(100 * (1 - equal)) + " % of its bytes differ");
  }
}

void compare(Comparison& comparison, const Golden& golden, const diffusion::DiffusionResult& result) {
  const double run = golden.kind() == "sd_inpaint9" ? kInpainting : kPipeline;
  const diffusion::DiffusionTrace& trace = *result.trace;
  const auto close = [&](const std::string& name, const at::Tensor& actual, double tolerance) {
    if (golden.has(name) && actual.defined())
      comparison.close(name, actual, comparison.expect(golden.tensor(name)), tolerance);
  };
  close("prompt_embeds", trace.prompt_embeds, kText);
  close("negative_prompt_embeds", trace.negative_prompt_embeds, kText);
  close("init_latents", trace.start_latents, kPipeline);
  close("first_unet_input", trace.first_unet_input, kPipeline);
  for (std::size_t i = 0; i < trace.noise.size() || golden.has(numbered("noise_", i, "%d")); ++i) {
    const std::string name = numbered("noise_", i, "%d");
    if (i >= trace.noise.size() || !golden.has(name)) {
      comparison.fail(name +
                      (i < trace.noise.size() ? " is a draw that the reference does not make" : " is not drawn"));
      break;
    }
    comparison.equal(name, trace.noise[i], comparison.expect(golden.tensor(name)));
  }
  for (std::size_t i = 0; i < trace.latents.size(); ++i) {
    const std::string name = numbered("latents_after_step_", i, "%02d");
    comparison.close(name, trace.latents[i], comparison.expect(golden.tensor(name)), run);
  }
  if (golden.has(numbered("latents_after_step_", trace.latents.size(), "%02d")))
    comparison.fail("the reference takes more steps");
  close("latents", trace.latents.back(), run);
  close("decoded", trace.decoded, run);
  if (golden.has("image_u8")) compare_picture(comparison, result, comparison.expect(golden.tensor("image_u8")));
}

}  // namespace

std::vector<Outcome> check_pipeline(const Golden& golden, const diffusion::Placement& placement) {
  const Result<std::string> folder = golden.model_folder();
  if (!folder.ok()) return {failed(golden.name, folder.status())};
  const auto sampler = sampler_of(golden, *folder);
  if (!sampler.ok()) {
    const Status status = sampler.status();
    return {status.code() == Code::kUnavailable ? unsupported(golden.name, status.message())
                                                : failed(golden.name, status)};
  }
  const auto pipeline = diffusion::StableDiffusion::load(*folder, placement);
  if (!pipeline.ok()) return {failed(golden.name, pipeline.status())};
  auto start = start_of(golden);
  if (!start.ok()) return {failed(golden.name, start.status())};
  diffusion::DiffusionRequest request = request_of(golden, *sampler);
  request.start = std::move(start).value();
  const auto result = (*pipeline)->generate(request);
  if (!result.ok()) return {failed(golden.name, result.status())};

  Comparison comparison(golden.name);
  compare_ids(comparison, golden, **pipeline, "prompt_ids", request.prompt);
  compare_ids(comparison, golden, **pipeline, "negative_ids", request.negative);
  compare(comparison, golden, *result);
  return {comparison.outcome()};
}

}  // namespace troupe::parity
