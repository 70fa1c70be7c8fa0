#include "worker/diffusion/placement.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "worker/diffusion/torch_errors.h"

namespace troupe::diffusion {
namespace {

TEST(Placement, ResolvesTheCpu) {
  const auto placement = resolve_placement("cpu", "fp32");
  ASSERT_TRUE(placement.ok()) << placement.status().to_string();
  EXPECT_TRUE(placement->device.is_cpu());
  EXPECT_EQ(placement->dtype, c10::kFloat);
}

TEST(Placement, AutoOnTheCpuIsFp32OrBf16) {
  const auto placement = resolve_placement("cpu", "auto");
  ASSERT_TRUE(placement.ok()) << placement.status().to_string();
  EXPECT_TRUE(placement->dtype == c10::kFloat || placement->dtype == c10::kBFloat16);
}

TEST(Placement, RefusesWhatIsUnknownOrAbsent) {
  EXPECT_EQ(resolve_placement("tpu", "fp32").status().code(), Code::kInvalid);
  EXPECT_EQ(resolve_placement("cuda:x", "fp32").status().code(), Code::kInvalid);
  EXPECT_EQ(resolve_placement("cpu", "fp64").status().code(), Code::kInvalid);
  EXPECT_EQ(resolve_placement("cpu", "fp16").status().code(), Code::kInvalid);
  EXPECT_EQ(resolve_placement("cuda:9", "fp32").status().code(), Code::kUnavailable);
}

TEST(TorchErrors, BecomeStatus) {
  const auto bad_shapes = catch_torch("adding", [] { return at::ones({2}) + at::ones({3}); });
  EXPECT_EQ(bad_shapes.status().code(), Code::kInternal);
  EXPECT_EQ(bad_shapes.status().message().rfind("adding: ", 0), 0u) << bad_shapes.status().message();
  const auto too_big = catch_torch("filling", [] { return at::empty({INT64_MAX / 8}, at::kFloat); });
  EXPECT_EQ(too_big.status().code(), Code::kNoSpace) << too_big.status().to_string();
  EXPECT_EQ(catch_torch("x", []() -> int { throw std::runtime_error("no"); }).status().message(), "x: no");
  EXPECT_EQ(catch_torch("x", []() -> Status { return Status(Code::kNotFound, "y"); }).code(), Code::kNotFound);
  EXPECT_EQ(catch_torch("x", []() -> Result<int> { return 4; }).value(), 4);
}

}  // namespace
}  // namespace troupe::diffusion
