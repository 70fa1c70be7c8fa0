#include "worker/diffusion/vae/vae.h"

#include <ATen/ATen.h>

#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/vae/decoder.h"
#include "worker/diffusion/vae/encoder.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {

struct Vae::Layers {
  VaeConfig config;
  Placement placement;
  VaeEncoder encoder;
  VaeDecoder decoder;
};

Vae::Vae() : layers_(std::make_unique<Layers>()) {}
Vae::~Vae() = default;
const VaeConfig& Vae::config() const {
  return layers_->config;
}

Result<std::unique_ptr<Vae>> Vae::load(const std::string& folder, const Placement& placement) {
  return catch_torch(folder, [&]() -> Result<std::unique_ptr<Vae>> {
    std::unique_ptr<Vae> model(new Vae);
    Layers& layers = *model->layers_;
    TROUPE_ASSIGN_OR_RETURN(layers.config, VaeConfig::read(folder + "/config.json"));
    layers.placement = placement;
    TROUPE_ASSIGN_OR_RETURN(Weights weights, Weights::load(folder, "diffusion_pytorch_model", placement));
    TROUPE_ASSIGN_OR_RETURN(layers.encoder, VaeEncoder::load(weights, layers.config));
    TROUPE_ASSIGN_OR_RETURN(layers.decoder, VaeDecoder::load(weights, layers.config));
    TROUPE_RETURN_IF_ERROR(weights.check_all_used());
    return model;
  });
}

at::Tensor Vae::latents_to_z(const at::Tensor& latents) const {
  return latents / config().scaling_factor + config().shift_factor;
}

at::Tensor Vae::z_to_latents(const at::Tensor& z) const {
  return (z - config().shift_factor) * config().scaling_factor;
}

at::Tensor Vae::decode(const at::Tensor& z) const {
  return layers_->decoder.forward(as_map(z, layers_->placement));
}

Vae::Encoded Vae::encode(const at::Tensor& image) const {
  const auto moments = layers_->encoder.forward(as_map(image, layers_->placement)).chunk(2, 1);
  return {moments[0], moments[1]};
}

}  // namespace troupe::diffusion
