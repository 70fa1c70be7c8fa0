#include "worker/diffusion/pictures/picture_bytes.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {

at::Tensor picture_bytes(const at::Tensor& decoded) {
  const at::Tensor unit = (decoded.to(at::kFloat) / 2 + 0.5).clamp(0, 1);
  return (unit * 255).round().to(at::kByte).permute({1, 2, 0}).cpu().contiguous();
}

at::Tensor picture_values(const at::Tensor& bytes) {
  return (bytes.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat) / 255) * 2 - 1;
}

}  // namespace troupe::diffusion
