// The autoencoder of Stable Diffusion (AutoencoderKL of diffusers): pictures <-> latents.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"

namespace troupe::diffusion {

struct VaeConfig {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t latent_channels = 0;
  std::vector<std::int64_t> block_out_channels;
  std::int64_t layers_per_block = 0;
  std::int64_t norm_num_groups = 0;
  double scaling_factor = 1;
  double shift_factor = 0;
  bool use_quant_conv = true;
  bool use_post_quant_conv = true;
  bool mid_attention = true;

  // Reads and checks a config.json.
  static Result<VaeConfig> read(const std::string& path);
  // Picture pixels per latent pixel along a side: 2^(levels - 1).
  int scale() const { return 1 << (block_out_channels.size() - 1); }
};

class Vae {
 public:
  struct Encoded {
    at::Tensor mean;    // [B, latent_channels, H / scale, W / scale], unscaled: latents are (mean - shift) * scaling
    at::Tensor logvar;  // same shape, not clamped
  };

  // folder holds config.json and diffusion_pytorch_model.safetensors (or a variant; see Weights::load).
  static Result<std::unique_ptr<Vae>> load(const std::string& folder, const Placement& placement);
  ~Vae();

  const VaeConfig& config() const;
  int scale() const { return config().scale(); }

  // latents as the samplers hold them -> z as decode wants it: latents / scaling_factor + shift_factor.
  at::Tensor latents_to_z(const at::Tensor& latents) const;
  // The other way.
  at::Tensor z_to_latents(const at::Tensor& z) const;
  // z: [B, latent_channels, h, w], already unscaled (latents_to_z), any float dtype and device (converted). Returns
  // [B, out_channels, h * scale, w * scale], about -1 to 1 and not clamped, in the placement's dtype, of any strides.
  // Throws c10::Error, as encode.
  at::Tensor decode(const at::Tensor& z) const;
  // image: [B, in_channels, H, W] in -1..1, H and W multiples of scale().
  Encoded encode(const at::Tensor& image) const;

 private:
  struct Layers;
  Vae();
  std::unique_ptr<Layers> layers_;
};

}  // namespace troupe::diffusion
