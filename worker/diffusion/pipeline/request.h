// What a Stable Diffusion is asked for, and what it gives.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "worker/diffusion/samplers/sampler_config.h"
#include "worker/diffusion/tokenizers/prompt_windows.h"

namespace troupe::diffusion {

// A picture to begin with, instead of noise alone.
struct StartPicture {
  at::Tensor image;  // [H, W, 3] uint8
  // [H, W] uint8: 128 and above is repainted. Undefined: the whole picture changes (image to image).
  at::Tensor mask;
  // 0 to 1: the share of the steps that is taken, int(steps * strength), which must be at least one. With a mask 1
  // keeps nothing of what the masked part showed; without one the picture still shines through.
  double strength = 0.8;
  // The masked part begins as noise whatever the picture shows there. Needs a mask.
  bool masked_noise = false;
  // Latents are drawn from what the encoder gives instead of being its mean, in the order in which diffusers draws.
  // Needs shared_generator.
  bool sample_posterior = false;
};

struct DiffusionRequest {
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
  // 0 to 1: how far the first noise of each image is turned towards that of its subseed; then there are as many
  // subseeds as seeds.
  double variation = 0;
  std::vector<std::uint64_t> subseeds;
  // An image for every seed from one picture. A model made for inpainting needs it, with a mask.
  std::optional<StartPicture> start;
  bool keep_trace = false;
};

// What happened on the way, for comparison with another implementation. fp32 on the CPU.
struct DiffusionTrace {
  at::Tensor prompt_embeds;           // [1, T, width]
  at::Tensor negative_prompt_embeds;  // the same; undefined without guidance
  at::Tensor start_latents;           // [1, C, h, w], of the start's picture; undefined where they are not needed
  at::Tensor first_unet_input;        // [B, channels, h, w], twice B with guidance
  std::vector<at::Tensor> noise;      // [B, C, h, w], each draw in order
  std::vector<at::Tensor> latents;    // [B, C, h, w] after each step
  at::Tensor decoded;                 // [B, 3, H, W], about -1 to 1
};

struct DiffusionResult {
  std::vector<at::Tensor> images;   // by seed: [H, W, 3] uint8, contiguous, on the CPU
  std::int64_t dropped_tokens = 0;  // of the prompt and the negative that did not fit (LongPrompt::kCut)
  double text_seconds = 0;
  double encode_seconds = 0;  // of the start's picture
  double steps_seconds = 0;
  double decode_seconds = 0;
  std::optional<DiffusionTrace> trace;
};

// Called before the first step with 0 and after each with the number done, of how many in all (a sampler may take more
// than `steps`, a start fewer). False: stop with kCancelled.
using StepCallback = std::function<bool(int step, int steps)>;

}  // namespace troupe::diffusion
