// Pictures and masks at other sizes, as the programs resize that models were trained and are compared with.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace troupe::diffusion {

enum class Filter { kNearest, kBilinear, kBicubic, kLanczos };

// bytes: [H, W, C] or [H, W] uint8 on the CPU. Returns the same with `height` rows and `width` columns, byte for byte
// what Pillow's Image.resize gives: separable, the filter widened where an axis shrinks, each pass rounded to bytes.
at::Tensor resize_bytes(const at::Tensor& bytes, std::int64_t height, std::int64_t width, Filter filter);

// mask: [H, W] uint8, 128 and above is repainted. Returns [1, 1, height, width] fp32 of 0 and 1: what the byte nearest
// to the upper left of each field says, as torch's interpolate chooses it.
at::Tensor latent_mask(const at::Tensor& mask, std::int64_t height, std::int64_t width);

}  // namespace troupe::diffusion
