#include "worker/diffusion/noise/generator.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kBlock = 16;  // shorter tensors are drawn one number at a time
constexpr std::int64_t kPairs = kBlock / 2;

// 16 uniform numbers become 16 normal ones by Box and Muller's method. Where a value is rounded to half precision on
// the way decides the result: bf16 functions round each result, fp16 ones compute in fp32 until the radius and the
// angle.
template <typename Half>
void normal_block(Half* block) {
  constexpr bool kRoundsEach = std::is_same_v<Half, c10::BFloat16>;
  const auto rounded = [](float x) { return kRoundsEach ? static_cast<float>(static_cast<Half>(x)) : x; };
  for (std::int64_t i = 0; i < kPairs; ++i) {
    const float u1 = static_cast<Half>(1.0f - static_cast<float>(block[i]));
    const Half radius = static_cast<Half>(std::sqrt(rounded(-2.0f * rounded(std::log(u1)))));
    const Half angle =
        static_cast<Half>(static_cast<float>(2 * std::numbers::pi * static_cast<float>(block[i + kPairs])));
    block[i] = static_cast<Half>(static_cast<float>(radius) * rounded(std::cos(static_cast<float>(angle))));
    block[i + kPairs] = static_cast<Half>(static_cast<float>(radius) * rounded(std::sin(static_cast<float>(angle))));
  }
}

// Blocks of 16; what is left over is drawn again together with the numbers before it, as one last block.
template <typename Half>
void fill_normal(Half* data, std::int64_t count, at::CPUGeneratorImpl& generator) {
  constexpr int kDigits = std::numeric_limits<Half>::digits;
  const auto draw = [&] {
    const std::uint32_t bits = generator.random() & ((1u << kDigits) - 1);
    return static_cast<Half>(std::ldexp(static_cast<float>(bits), -kDigits));
  };
  for (std::int64_t i = 0; i < count; ++i) data[i] = draw();
  for (std::int64_t i = 0; i + kBlock <= count; i += kBlock) normal_block(data + i);
  if (count % kBlock == 0) return;
  Half* last = data + count - kBlock;
  for (std::int64_t i = 0; i < kBlock; ++i) last[i] = draw();
  normal_block(last);
}

}  // namespace

at::Generator make_generator(std::uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

at::Tensor normal(at::IntArrayRef shape, at::Generator& generator, c10::ScalarType dtype) {
  at::Tensor out = at::empty(shape, dtype);
  if (out.numel() < kBlock || (dtype != c10::kHalf && dtype != c10::kBFloat16))
    return at::randn(shape, generator, dtype);
  auto* impl = at::check_generator<at::CPUGeneratorImpl>(generator);
  if (dtype == c10::kHalf) {
    fill_normal(out.data_ptr<c10::Half>(), out.numel(), *impl);
  } else {
    fill_normal(out.data_ptr<c10::BFloat16>(), out.numel(), *impl);
  }
  return out;
}

at::Tensor uniform(at::IntArrayRef shape, at::Generator& generator, c10::ScalarType dtype) {
  return at::rand(shape, generator, dtype);
}

at::Tensor integers(std::int64_t end, at::IntArrayRef shape, at::Generator& generator) {
  return at::randint(end, shape, generator, c10::kLong);
}

}  // namespace troupe::diffusion
