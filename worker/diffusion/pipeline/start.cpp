#include "worker/diffusion/pipeline/start.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "worker/diffusion/noise/variation.h"
#include "worker/diffusion/pictures/picture_bytes.h"
#include "worker/diffusion/pictures/resize.h"

namespace troupe::diffusion {
namespace {

// Draws the run's noise and encodes its picture, in the order in which diffusers does: what is drawn when is part of
// what a seed means.
class StartMaker {
 public:
  StartMaker(const DiffusionRequest& request, const Vae& vae, NoiseSource& noise, at::Device device)
      : request_(request), vae_(vae), noise_(noise), device_(device) {
    const auto batch = static_cast<std::int64_t>(request.seeds.size());
    shape_ = {batch, vae.config().latent_channels, request.height / vae.scale(), request.width / vae.scale()};
  }

  at::Tensor draw() { return noise_.next(shape_).to(device_); }

  at::Tensor first_draw() {
    at::Tensor drawn = noise_.next(shape_);
    if (request_.variation > 0) {
      drawn = vary_noise(drawn, noise_per_image(request_.subseeds)->next(shape_), request_.variation);
    }
    return drawn.to(device_);
  }

  // image: [1, 3, H, W], -1 to 1.
  at::Tensor encode(const at::Tensor& image) {
    const Vae::Encoded encoded = vae_.encode(image);
    const at::Tensor mean = encoded.mean.to(at::kFloat);
    if (!request_.start->sample_posterior) return vae_.z_to_latents(mean).to(device_);
    const at::Tensor deviation = (encoded.logvar.to(at::kFloat).clamp(-30, 20) * 0.5).exp();
    return vae_.z_to_latents(mean + deviation * noise_.next(mean.sizes()).to(mean.device())).to(device_);
  }

  at::Tensor mask() const { return latent_mask(request_.start->mask, shape_[2], shape_[3]).to(device_); }

  // What a model for inpainting is told of the picture.
  at::Tensor condition(const at::Tensor& image, const at::Tensor& mask, const at::Tensor& latent_mask) {
    const at::Tensor kept = (mask < kRepaintedFrom).to(image.dtype());
    const at::Tensor told = at::cat({latent_mask, encode(image * kept)}, 1);
    return told.expand({shape_[0], -1, -1, -1});
  }

 private:
  const DiffusionRequest& request_;
  const Vae& vae_;
  NoiseSource& noise_;
  at::Device device_;
  std::vector<std::int64_t> shape_;
};

}  // namespace

int steps_of_strength(int steps, double strength) {
  return std::min(static_cast<int>(steps * strength), steps);
}

Start make_start(const DiffusionRequest& request, const Vae& vae, bool conditioned, const Sampler& sampler,
                 NoiseSource& noise, at::Device device, DiffusionTrace* trace) {
  StartMaker maker(request, vae, noise, device);
  Start start;
  if (!request.start) {
    start.x = maker.first_draw() * sampler.init_noise_sigma();
    return start;
  }
  const StartPicture& from = *request.start;
  const bool masked = from.mask.defined();
  const bool only_noise = masked && from.strength >= 1;
  start.first = static_cast<std::size_t>(request.steps - steps_of_strength(request.steps, from.strength));

  const at::Tensor image = picture_values(from.image);
  at::Tensor clean;
  if (!only_noise || !conditioned) clean = maker.encode(image);
  if (trace != nullptr && clean.defined()) trace->start_latents = clean.to(at::kCPU).clone();
  start.noise = maker.first_draw();
  const at::Tensor mask = masked ? maker.mask() : at::Tensor();
  if (only_noise) {
    start.x = start.noise * sampler.init_noise_sigma();
  } else {
    const at::Tensor content = from.masked_noise ? clean * (1 - mask) + maker.draw() * mask : clean;
    start.x = sampler.add_noise(content, start.noise, start.first);
  }
  if (!masked) return start;
  if (conditioned) {
    start.condition = maker.condition(image, from.mask, mask);
    return start;
  }
  start.mask = mask;
  start.clean = clean;
  // diffusers encodes the masked picture for every model, and so draws for it.
  if (from.sample_posterior) maker.draw();
  return start;
}

}  // namespace troupe::diffusion
