#include "worker/diffusion/pipeline/guidance.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {

at::Tensor guide(const at::Tensor& negative, const at::Tensor& prompt, double scale, double rescale) {
  const at::Tensor guided = negative + (prompt - negative) * scale;
  if (rescale <= 0) return guided;
  const auto spread = [](const at::Tensor& x) {
    return x.std(at::IntArrayRef({1, 2, 3}), /*unbiased=*/true, /*keepdim=*/true);
  };
  const at::Tensor rescaled = guided * (spread(prompt) / spread(guided));
  return rescaled * rescale + guided * (1 - rescale);
}

}  // namespace troupe::diffusion
