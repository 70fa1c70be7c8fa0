#include "worker/diffusion/noise/variation.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {
namespace {

constexpr double kParallel = 0.9995;
constexpr std::int64_t kRows = 1;  // of [C, H, W]

at::Tensor vary_image(const at::Tensor& from, const at::Tensor& to, double share) {
  const auto direction = [](const at::Tensor& x) { return x / x.norm(2, {kRows}, /*keepdim=*/true); };
  const at::Tensor cosine = (direction(from) * direction(to)).sum({kRows}, /*keepdim=*/true);
  if (cosine.mean().item<double>() > kParallel) return from * (1 - share) + to * share;
  const at::Tensor angle = cosine.acos(), sine = angle.sin();
  return from * ((angle * (1 - share)).sin() / sine) + to * ((angle * share).sin() / sine);
}

}  // namespace

at::Tensor vary_noise(const at::Tensor& noise, const at::Tensor& other, double share) {
  std::vector<at::Tensor> images;
  for (std::int64_t i = 0; i < noise.size(0); ++i) images.push_back(vary_image(noise[i], other[i], share));
  return at::stack(images);
}

}  // namespace troupe::diffusion
