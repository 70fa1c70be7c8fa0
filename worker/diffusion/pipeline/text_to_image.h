// Text to image with Stable Diffusion 1.x, from a folder in the layout of diffusers (StableDiffusionPipeline).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/samplers/sampler_config.h"
#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/tokenizers/clip_tokenizer.h"
#include "worker/diffusion/tokenizers/prompt_windows.h"
#include "worker/diffusion/unet/unet.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {

struct TextToImageRequest {
  std::string prompt;
  std::string negative;  // not used where guidance <= 1
  int width = 512;       // pixels, multiples of size_multiple()
  int height = 512;
  int steps = 20;
  std::string sampler = "dpmpp_2m";  // one of sampler_names()
  std::string schedule = "default";  // "default": as the pack says; or "karras"
  // Takes the place of sampler, schedule and the pack's scheduler config.
  std::optional<SamplerConfig> sampler_config;
  double guidance = 7.5;        // classifier-free; at 1 and below the negative prompt is not run
  double guidance_rescale = 0;  // 0 to 1: how far the guided output gets the spread of the unguided one
  double eta = 0;               // ddim only: 0 deterministic, 1 as noisy as DDPM
  int clip_skip = 0;            // last layers of the text encoder that the prompt leaves out; the negative uses all
  LongPrompt long_prompt = LongPrompt::kCut;
  // One image a seed, each with a generator of its own, so that an image does not depend on its batch. The low 32 bits
  // count.
  std::vector<std::uint64_t> seeds = {0};
  // All images from one generator with seeds[0], as diffusers draws a batch.
  bool shared_generator = false;
  bool keep_trace = false;
};

// What happened on the way, for comparison with another implementation. fp32 on the CPU.
struct TextToImageTrace {
  at::Tensor prompt_embeds;           // [1, T, width]
  at::Tensor negative_prompt_embeds;  // the same; undefined without guidance
  std::vector<at::Tensor> noise;      // [B, C, h, w], each draw in order
  std::vector<at::Tensor> latents;    // [B, C, h, w] after each step
  at::Tensor decoded;                 // [B, 3, H, W], about -1 to 1
};

struct TextToImageResult {
  std::vector<at::Tensor> images;   // by seed: [H, W, 3] uint8, contiguous, on the CPU
  std::int64_t dropped_tokens = 0;  // of the prompt and the negative that did not fit (LongPrompt::kCut)
  double text_seconds = 0;
  double steps_seconds = 0;
  double decode_seconds = 0;
  std::optional<TextToImageTrace> trace;
};

// Called before the first step with 0 and after each with the number done, of how many in all (a sampler may take more
// than `steps`). False: stop with kCancelled.
using StepCallback = std::function<bool(int step, int steps)>;

class TextToImage {
 public:
  // kNotFound, kCorrupt with the file and what is wrong, kNoSpace when memory ran out. kInvalid: a model_index.json of
  // a pipeline or with parts of classes that this is not made for.
  static Result<std::unique_ptr<TextToImage>> load(const std::string& folder, const Placement& placement);
  ~TextToImage();

  // Width and height must be multiples of this.
  int size_multiple() const;
  // kInvalid with what is wrong and what would be right, kTooLarge; needs no time.
  Status check(const TextToImageRequest& request) const;
  // check()'s errors, kCancelled, kNoSpace when memory ran out (a smaller batch may fit), kInternal. Not to be called
  // from two threads at once.
  Result<TextToImageResult> generate(const TextToImageRequest& request, const StepCallback& callback = {}) const;

  const ClipTokenizer& tokenizer() const;
  const ClipText& text() const;
  const Unet& unet() const;
  const Vae& vae() const;

 private:
  struct Parts;
  explicit TextToImage(std::unique_ptr<Parts> parts);
  Result<SamplerConfig> sampler_config(const TextToImageRequest& request) const;
  Result<TextToImageResult> run(const TextToImageRequest& request, const StepCallback& callback) const;
  std::unique_ptr<Parts> parts_;
};

}  // namespace troupe::diffusion
