// From what a VAE decodes to the bytes of a picture.
#pragma once

#include <ATen/core/Tensor.h>

namespace troupe::diffusion {

// decoded: [3, H, W] floats, -1 black to 1 white. Returns [H, W, 3] uint8, contiguous, on the CPU; halves are rounded
// to even.
at::Tensor picture_bytes(const at::Tensor& decoded);

}  // namespace troupe::diffusion
