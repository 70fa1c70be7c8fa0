// Random numbers of libtorch's CPU generator (MT19937, seeded with the low 32 bits of a seed), on every device the
// same.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace troupe::diffusion {

at::Generator make_generator(std::uint64_t seed);

// Standard normal numbers, a contiguous CPU tensor. dtype: kFloat, kDouble, kHalf or kBFloat16. Half precision numbers
// are drawn in half precision, as libtorch 1.x did, and have nothing in common with the fp32 numbers of the same seed:
// to get the picture of a seed in any precision draw kFloat and convert.
at::Tensor normal(at::IntArrayRef shape, at::Generator& generator, c10::ScalarType dtype = c10::kFloat);

// Uniform in [0, 1).
at::Tensor uniform(at::IntArrayRef shape, at::Generator& generator, c10::ScalarType dtype = c10::kFloat);

// Integers (kLong) from 0 to end - 1.
at::Tensor integers(std::int64_t end, at::IntArrayRef shape, at::Generator& generator);

}  // namespace troupe::diffusion
