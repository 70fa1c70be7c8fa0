// A network that enlarges pictures, whatever its make.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace troupe::diffusion {

class EnlargingNetwork {
 public:
  virtual ~EnlargingNetwork() = default;
  // How many times as large a side becomes.
  virtual std::int64_t scale() const = 0;
  // A picture's sides must be a multiple of this.
  virtual std::int64_t multiple() const { return 1; }
  // How many pixels around it an output pixel depends on, at most.
  virtual std::int64_t reach() const = 0;
  // [1, 3, H, W] -> [1, 3, H * scale, W * scale]; values around 0 to 1. Throws c10::Error.
  virtual at::Tensor forward(const at::Tensor& picture) const = 0;
};

}  // namespace troupe::diffusion
