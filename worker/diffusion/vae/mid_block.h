// The middle of the VAE's encoder and of its decoder: resnet, attention over all pixels with one head, resnet.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/nn/attention.h"
#include "worker/diffusion/nn/resnet_block.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {

// The eps of every group norm of a VAE.
inline constexpr double kVaeNormEps = 1e-6;

struct VaeMidBlock {
  ResnetBlock first;
  std::optional<GroupNorm> group_norm;  // both, or neither
  std::optional<SelfAttention> attention;
  ResnetBlock second;

  // name: "decoder.mid_block" or "encoder.mid_block".
  static Result<VaeMidBlock> load(Weights& weights, const VaeConfig& config, const std::string& name);
  at::Tensor forward(const at::Tensor& map) const;
};

// Loads a resnet of a VAE: no time, kVaeNormEps.
Result<ResnetBlock> load_vae_resnet(Weights& weights, const VaeConfig& config, const std::string& name, std::int64_t in,
                                    std::int64_t out);

}  // namespace troupe::diffusion
