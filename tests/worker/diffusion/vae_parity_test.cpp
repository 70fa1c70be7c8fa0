#include <gtest/gtest.h>

#include "tests/worker/diffusion/golden.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {
namespace {

constexpr double kTolerance = 1e-4;

class VaeParity : public testing::TestWithParam<const char*> {};

TEST_P(VaeParity, MatchesTheReference) {
  TROUPE_NEEDS_GOLDENS();
  const std::string model = GetParam();
  const Golden golden("vae_" + model);
  const auto vae = Vae::load(parity_folder() + "/models/" + model + "/vae", Placement{});
  ASSERT_TRUE(vae.ok()) << vae.status().to_string();
  int cases = 0;
  for (; golden.has(std::to_string(cases) + "/z"); ++cases) {
    const std::string prefix = std::to_string(cases) + "/";
    EXPECT_LT(relative_error((*vae)->decode(golden[prefix + "z"]), golden[prefix + "decoded"]), kTolerance) << cases;
    const auto encoded = (*vae)->encode(golden[prefix + "image"]);
    EXPECT_LT(relative_error(encoded.mean, golden[prefix + "mean"]), kTolerance) << cases;
    EXPECT_LT(relative_error(encoded.logvar, golden[prefix + "logvar"]), kTolerance) << cases;
  }
  EXPECT_GT(cases, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, VaeParity, testing::Values("sd15", "sd15-inpaint", "sdxl", "flux"));

}  // namespace
}  // namespace troupe::diffusion
