#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "worker/diffusion/noise/generator.h"
#include "worker/diffusion/noise/noise_source.h"
#include "worker/diffusion/noise/variation.h"

namespace troupe::diffusion {
namespace {

TEST(Noise, IsTheStreamOfItsSeed) {
  at::Generator generator = make_generator(0);
  const at::Tensor four = normal({4}, generator);
  EXPECT_FLOAT_EQ(four[0].item<float>(), 1.5409961f);  // PyTorch's torch.randn(4) after manual_seed(0)
  EXPECT_FLOAT_EQ(four[3].item<float>(), 0.56843126f);
}

TEST(Noise, OfAnImageDoesNotDependOnItsBatch) {
  const auto batch = noise_per_image({7, 8, 9});
  const auto alone = noise_per_image({8});
  for (int draw = 0; draw < 2; ++draw) {
    const at::Tensor together = batch->next({3, 4, 5, 6});
    EXPECT_TRUE(together.slice(0, 1, 2).equal(alone->next({1, 4, 5, 6}))) << draw;
  }
}

TEST(Noise, OfABatchBeginsLikeItsSeedAlone) {
  const at::Tensor batch = noise_per_batch(7)->next({2, 4, 8, 8});
  const at::Tensor alone = noise_per_image({7})->next({1, 4, 8, 8});
  EXPECT_TRUE(batch.slice(0, 0, 1).equal(alone));
  EXPECT_FALSE(batch.slice(0, 1, 2).equal(alone));
}

TEST(Noise, TakesTheLowBitsOfASeed) {
  EXPECT_TRUE(noise_per_image({7})->next({1, 32}).equal(noise_per_image({7 + (1ull << 32)})->next({1, 32})));
}

TEST(Noise, RefusesABatchOfAnotherSize) {
  EXPECT_THROW(noise_per_image({1, 2})->next({3, 4}), c10::Error);
}

TEST(VaryNoise, GoesFromOneNoiseToTheOtherAndStaysNormal) {
  const at::Tensor from = noise_per_image({1, 2})->next({2, 4, 16, 16}),
                   to = noise_per_image({3, 4})->next({2, 4, 16, 16});
  EXPECT_TRUE(at::allclose(vary_noise(from, to, 0), from, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(vary_noise(from, to, 1), to, 1e-4, 1e-5));
  const at::Tensor half = vary_noise(from, to, 0.5);
  EXPECT_NEAR(half.std().item<double>(), 1, 0.05);  // a mean of the two would have 0.71
  // Of an image alone, whatever its batch.
  EXPECT_TRUE(vary_noise(from.slice(0, 1, 2), to.slice(0, 1, 2), 0.3).equal(vary_noise(from, to, 0.3).slice(0, 1, 2)));
}

TEST(VaryNoise, OfANoiseAndItselfIsItself) {
  const at::Tensor noise = noise_per_image({1})->next({1, 4, 8, 8});
  EXPECT_TRUE(at::allclose(vary_noise(noise, noise, 0.5), noise));
}

// Spherical interpolation over the rows of each column, worked out in double by hand.
TEST(VaryNoise, TurnsEachColumn) {
  const at::Tensor from = at::tensor({3.0f, 0.0f}).reshape({1, 1, 2, 1}),
                   to = at::tensor({0.0f, 1.0f}).reshape({1, 1, 2, 1});
  const double sine = std::sin(std::numbers::pi / 2 * 0.25), cosine = std::sin(std::numbers::pi / 2 * 0.75);
  const at::Tensor turned = vary_noise(from, to, 0.25).flatten();
  EXPECT_NEAR(turned[0].item<double>(), 3 * cosine, 1e-6);
  EXPECT_NEAR(turned[1].item<double>(), sine, 1e-6);
}

TEST(Noise, IsNormal) {
  for (c10::ScalarType dtype : {c10::kFloat, c10::kDouble, c10::kHalf, c10::kBFloat16}) {
    at::Generator generator = make_generator(3);
    const at::Tensor numbers = normal({100'003}, generator, dtype).to(at::kDouble);
    EXPECT_NEAR(numbers.mean().item<double>(), 0, 0.02) << dtype;
    EXPECT_NEAR(numbers.std().item<double>(), 1, 0.02) << dtype;
  }
}

}  // namespace
}  // namespace troupe::diffusion
