// Between the bytes of a picture and what a VAE encodes and decodes.
#pragma once

#include <ATen/core/Tensor.h>

namespace troupe::diffusion {

// Bytes of a mask from here on stand for what is repainted.
inline constexpr int kRepaintedFrom = 128;

// decoded: [3, H, W] floats, -1 black to 1 white. Returns [H, W, 3] uint8, contiguous, on the CPU; halves are rounded
// to even.
at::Tensor picture_bytes(const at::Tensor& decoded);

// bytes: [H, W, 3] uint8. Returns [1, 3, H, W] fp32, -1 black to 1 white.
at::Tensor picture_values(const at::Tensor& bytes);

}  // namespace troupe::diffusion
