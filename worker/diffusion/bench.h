// How long the networks of a pack take on this machine, for `bench` commands and for comparison with other
// implementations.
#pragma once

#include <string>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"

namespace troupe::diffusion {

struct BenchOptions {
  std::string pack;  // a diffusers folder: unet/, vae/, text_encoder/
  int size = 512;    // the latents' sides are size / 8, whatever the pack's VAE scale is
  Placement placement;
  int threads = 2;  // CPU threads of libtorch
  int steps = 3;    // timed calls of each network
};

// Seconds of one call, the median over options.steps calls after one that is not timed.
struct BenchReport {
  double unet_step_s = 0;     // the UNet on a batch of two (classifier-free guidance), the prompt prepared before
  double unet_prepare_s = 0;  // what the prompt costs the UNet once per picture: Unet::prepare on a batch of two
  double vae_decode_s = 0;    // the decoder, batch 1
  double text_encode_s = 0;   // the text encoder, two rows of max_positions tokens
};

// kInvalid for a size that is no multiple of 8 from 8 to kMaxPictureSide or counts below 1; what loading the networks
// says; kNoSpace when memory runs out.
Result<BenchReport> bench(const BenchOptions& options);

// One line of JSON: what, pack, size, dtype, device, threads, steps and the seconds.
std::string bench_json(const BenchOptions& options, const BenchReport& report);

}  // namespace troupe::diffusion
