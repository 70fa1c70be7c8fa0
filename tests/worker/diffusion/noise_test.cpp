#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "worker/diffusion/noise/generator.h"
#include "worker/diffusion/noise/noise_source.h"

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
