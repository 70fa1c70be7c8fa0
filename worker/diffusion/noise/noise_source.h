// Where the noise of a batch of images comes from.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace troupe::diffusion {

// The draws of one batch, in the order in which they are asked for.
class NoiseSource {
 public:
  virtual ~NoiseSource() = default;
  // Standard normal fp32 numbers on the CPU, contiguous, of `shape` [B, ...].
  virtual at::Tensor next(at::IntArrayRef shape) = 0;
};

// One generator an image: what an image gets does not depend on the batch that it is in. B must be seeds.size().
std::unique_ptr<NoiseSource> noise_per_image(const std::vector<std::uint64_t>& seeds);

// One generator draws the whole batch, as diffusers does when it is given one generator: only the first image of the
// first draw is what its seed alone would give.
std::unique_ptr<NoiseSource> noise_per_batch(std::uint64_t seed);

}  // namespace troupe::diffusion
