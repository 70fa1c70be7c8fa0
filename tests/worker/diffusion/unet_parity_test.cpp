#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/worker/diffusion/golden.h"
#include "worker/diffusion/unet/unet.h"

namespace troupe::diffusion {
namespace {

constexpr double kTolerance = 5e-5;

std::unique_ptr<Unet> load_unet(const std::string& model) {
  auto unet = Unet::load(parity_folder() + "/models/" + model + "/unet", Placement{});
  EXPECT_TRUE(unet.ok()) << unet.status().to_string();
  return unet.ok() ? std::move(*unet) : nullptr;
}

class UnetParity : public testing::TestWithParam<const char*> {};

TEST_P(UnetParity, MatchesTheReference) {
  TROUPE_NEEDS_GOLDENS();
  const std::string model = GetParam();
  const Golden golden("unet_" + model);
  const auto unet = load_unet(model);
  ASSERT_NE(unet, nullptr);
  int cases = 0;
  for (; golden.has(std::to_string(cases) + "/sample_in"); ++cases) {
    const std::string prefix = std::to_string(cases) + "/";
    UnetActivations activations;
    const at::Tensor out = unet->forward(golden[prefix + "sample_in"], golden[prefix + "timestep"],
                                         golden[prefix + "context"], &activations);
    EXPECT_LT(relative_error(out, golden[prefix + "sample"]), kTolerance) << "case " << cases;
    for (const auto& [name, value] : activations) {
      if (!golden.has(prefix + "act/" + name)) continue;
      EXPECT_LT(relative_error(value, golden[prefix + "act/" + name]), kTolerance) << "case " << cases << " " << name;
    }
  }
  EXPECT_GT(cases, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, UnetParity, testing::Values("sd15", "sd15-inpaint"));

TEST(Unet, TakesAScalarTimestepAndAContextThatWasPreparedBefore) {
  TROUPE_NEEDS_GOLDENS();
  const Golden golden("unet_sd15");
  const auto unet = load_unet("sd15");
  ASSERT_NE(unet, nullptr);
  const at::Tensor sample = golden["1/sample_in"], context = golden["1/context"];

  const UnetContext prepared = unet->prepare(context);
  const at::Tensor first = unet->forward(sample, at::scalar_tensor(321, at::kLong), prepared);
  const at::Tensor second = unet->forward(sample, golden["1/timestep"], prepared);

  EXPECT_TRUE(at::equal(first, second));
  EXPECT_LT(relative_error(first, golden["1/sample"]), kTolerance);
}

// One forward pass in bf16 moves by a few percent of the output; a wrong cast somewhere moves it by much more, or
// throws.
TEST(Unet, ComputesInBf16) {
  TROUPE_NEEDS_GOLDENS();
  const Golden golden("unet_sd15");
  const auto unet = Unet::load(parity_folder() + "/models/sd15/unet", Placement{c10::kCPU, c10::kBFloat16});
  ASSERT_TRUE(unet.ok()) << unet.status().to_string();

  const at::Tensor out = (*unet)->forward(golden["4/sample_in"], golden["4/timestep"], golden["4/context"]);

  EXPECT_EQ(out.scalar_type(), at::kBFloat16);
  const at::Tensor expected = golden["4/sample"];
  const double rms_error = (out.to(at::kFloat) - expected).square().mean().sqrt().item<double>();
  EXPECT_LT(rms_error / expected.square().mean().sqrt().item<double>(), 0.05);
}

TEST(Unet, AContextOfAnotherUnetThrows) {
  TROUPE_NEEDS_GOLDENS();
  const Golden golden("unet_sd15");
  const auto unet = load_unet("sd15");
  ASSERT_NE(unet, nullptr);
  EXPECT_THROW(unet->forward(golden["4/sample_in"], golden["4/timestep"], UnetContext{}), c10::Error);
}

}  // namespace
}  // namespace troupe::diffusion
