// The denoising network of Stable Diffusion 1.x and 2.x (UNet2DConditionModel of diffusers).
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/unet/unet_config.h"

namespace troupe::diffusion {

// What every cross-attention layer makes of one context: it depends on the prompt alone, so it is computed once and
// used for all steps. Made by Unet::prepare, valid for that Unet.
struct UnetContext {
  std::vector<std::pair<at::Tensor, at::Tensor>> keys_values;  // per layer in order of use: [B, heads, T, d] each
};

// Outputs of "conv_in", "time_embedding", "down_blocks.N", "mid_block", "up_blocks.N", for comparison with goldens.
using UnetActivations = std::map<std::string, at::Tensor>;

class Unet {
 public:
  // folder holds config.json and diffusion_pytorch_model.safetensors (or a variant; see Weights::load).
  static Result<std::unique_ptr<Unet>> load(const std::string& folder, const Placement& placement);
  ~Unet();

  const UnetConfig& config() const;
  const Placement& placement() const;

  // context: [B, T, cross_attention_dim], any T. Throws c10::Error, as all below.
  UnetContext prepare(const at::Tensor& context) const;

  // sample: [B, in_channels, H, W], any H, W >= 1, any float dtype and device (converted). timestep: [B] or a scalar,
  // integer or fractional. context: of the same B. Returns [B, out_channels, H, W] in the placement's dtype, of any
  // strides. activations, where given, receives the blocks' outputs.
  at::Tensor forward(const at::Tensor& sample, const at::Tensor& timestep, const UnetContext& context,
                     UnetActivations* activations = nullptr) const;
  // The same with prepare(context) each time.
  at::Tensor forward(const at::Tensor& sample, const at::Tensor& timestep, const at::Tensor& context,
                     UnetActivations* activations = nullptr) const;

 private:
  struct Layers;
  Unet();
  std::unique_ptr<Layers> layers_;
};

}  // namespace troupe::diffusion
