// Upscalers against what plain torch computed (tests/golden/upscale), their tiles, and files that are none.
#include "worker/diffusion/upscale/upscaler.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/worker/diffusion/golden.h"
#include "tests/worker/diffusion/safetensors_builder.h"

namespace troupe::diffusion {
namespace {

const std::string kFolder = TROUPE_SOURCE_DIR "/tests/golden/upscale/";
constexpr double kTolerance = 5e-5;

std::unique_ptr<Upscaler> load(const std::string& file) {
  at::set_num_threads(1);  // tiny work, on which threads would only wait for each other
  auto upscaler = Upscaler::load(kFolder + file, Placement{});
  if (!upscaler.ok()) ADD_FAILURE() << upscaler.status().to_string();
  return upscaler.ok() ? std::move(upscaler).value() : nullptr;
}

at::Tensor golden(const std::string& name) {
  return SafetensorsFile::open(kFolder + "golden.safetensors").value()->tensor(name).value();
}

at::Tensor as_input(const at::Tensor& rgb) {
  return rgb.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat) / 255;
}

// Smooth with some detail, [height, width, 3].
at::Tensor picture(std::int64_t height, std::int64_t width) {
  const at::Tensor y = at::arange(height, at::kFloat).view({-1, 1, 1}),
                   x = at::arange(width, at::kFloat).view({1, -1, 1});
  const at::Tensor phase = at::arange(3, at::kFloat).view({1, 1, 3});
  return ((at::sin(x * 0.7 + phase) * at::cos(y * 0.31) + at::sin(x * 0.05)) * 60 + 128).round().to(at::kByte);
}

struct File {
  const char* name;
  const char* ending;
  std::int64_t scale;
};

class UpscalerFile : public ::testing::TestWithParam<File> {};

TEST_P(UpscalerFile, MatchesTheReference) {
  const auto upscaler = load(std::string(GetParam().name) + GetParam().ending);
  ASSERT_NE(upscaler, nullptr);
  EXPECT_EQ(upscaler->scale(), GetParam().scale);
  const at::Tensor output = upscaler->network().forward(as_input(golden("picture")));
  EXPECT_LT(relative_error(output, golden(GetParam().name)), kTolerance);
}

INSTANTIATE_TEST_SUITE_P(All, UpscalerFile,
                         ::testing::Values(File{"compact_x4", ".safetensors", 4}, File{"compact_x2", ".pth", 2},
                                           File{"residual_x4", ".pth", 4}, File{"residual_x2", ".pth", 2},
                                           File{"residual_x1", ".safetensors", 1}, File{"sequential_x4", ".pth", 4},
                                           File{"trunk_x4", ".pth", 4}),
                         [](const auto& tested) { return tested.param.name; });

double most_levels_apart(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<double>();
}

TEST(Tiles, EqualTheWholePictureWhereTheOverlapCoversTheReach) {
  const auto upscaler = load("compact_x4.safetensors");
  ASSERT_LE(upscaler->network().reach(), 8);
  for (const auto& [height, width] : {std::pair{50, 70}, std::pair{33, 16}, std::pair{17, 100}}) {
    const at::Tensor rgb = picture(height, width);
    const at::Tensor whole = upscaler->enlarge(rgb, {512, 8}).value();
    const at::Tensor tiled = upscaler->enlarge(rgb, {16, 8}).value();
    EXPECT_EQ(whole.sizes(), at::IntArrayRef({height * 4, width * 4, 3}));
    EXPECT_LE(most_levels_apart(whole, tiled), 1) << height << "x" << width;
  }
}

TEST(Tiles, BlendWhereTheReachIsLarger) {
  const auto upscaler = load("residual_x2.pth");
  ASSERT_GT(upscaler->network().reach(), 16);
  const at::Tensor rgb = picture(60, 75);
  const at::Tensor whole = upscaler->enlarge(rgb, {512, 16}).value().to(at::kFloat);
  const at::Tensor tiled = upscaler->enlarge(rgb, {24, 16}).value().to(at::kFloat);
  EXPECT_LE((whole - tiled).abs().max().item<double>(), 2);
  // A seam would be a step between two rows or columns that the whole picture does not have.
  for (const std::int64_t axis : {0, 1}) {
    const at::Tensor step = (whole - tiled).diff(1, axis).abs().mean(at::IntArrayRef({1 - axis, 2}));
    EXPECT_LT(step.max().item<double>(), 1) << axis;
  }
}

TEST(Tiles, SmallPicturesAndOddSidesWork) {
  for (const char* file : {"compact_x2.pth", "residual_x2.pth", "residual_x1.safetensors"}) {
    const auto upscaler = load(file);
    for (const auto& [height, width] : {std::pair{1, 1}, std::pair{1, 9}, std::pair{5, 3}, std::pair{17, 31}}) {
      const auto enlarged = upscaler->enlarge(picture(height, width), {16, 4});
      ASSERT_TRUE(enlarged.ok()) << enlarged.status().to_string();
      EXPECT_EQ(enlarged->sizes(), at::IntArrayRef({height * upscaler->scale(), width * upscaler->scale(), 3}));
    }
  }
}

TEST(Tiles, ReportAndStop) {
  const auto upscaler = load("compact_x2.pth");
  std::vector<std::pair<int, int>> seen;
  ASSERT_TRUE(upscaler
                  ->enlarge(picture(16, 40), {16, 4},
                            [&](int done, int all) {
                              seen.emplace_back(done, all);
                              return true;
                            })
                  .ok());
  EXPECT_EQ(seen, (std::vector<std::pair<int, int>>{{0, 3}, {1, 3}, {2, 3}, {3, 3}}));
  const auto stopped = upscaler->enlarge(picture(16, 40), {16, 4}, [](int done, int) { return done < 1; });
  EXPECT_EQ(stopped.status().code(), Code::kCancelled);
}

TEST(Upscaler, WhatIsNoPictureOrTooLargeIsTheInputsFault) {
  const auto upscaler = load("compact_x4.safetensors");
  EXPECT_EQ(upscaler->enlarge(at::zeros({0, 4, 3}, at::kByte), {}).status().code(), Code::kInvalid);
  EXPECT_EQ(upscaler->enlarge(at::zeros({4, 4, 4}, at::kByte), {}).status().code(), Code::kInvalid);
  EXPECT_EQ(upscaler->enlarge(picture(4, 4), {15, 0}).status().code(), Code::kInvalid);
  EXPECT_EQ(upscaler->enlarge(picture(4, 4), {16, -1}).status().code(), Code::kInvalid);
  const Status large = upscaler->enlarge(at::zeros({2, 5000, 3}, at::kByte), {}).status();
  EXPECT_EQ(large.code(), Code::kTooLarge);
  EXPECT_NE(large.message().find("20000x8"), std::string::npos) << large.message();
}

class BadUpscaler : public ::testing::Test {
 protected:
  void expect_refused(const std::map<std::string, at::Tensor>& tensors, const std::string& part) {
    SafetensorsBuilder builder;
    for (const auto& [name, tensor] : tensors) builder.add(name, tensor);
    const std::string path = folder_.file("x4.safetensors");
    builder.write(path);
    const Status status = Upscaler::load(path, Placement{}).status();
    EXPECT_EQ(status.code(), Code::kCorrupt);
    EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
    EXPECT_NE(status.message().find(path), std::string::npos) << status.message();
  }

  TempFolder folder_;
  std::map<std::string, at::Tensor> compact_ = {
      {"body.0.weight", at::zeros({4, 3, 3, 3})},  {"body.0.bias", at::zeros({4})},  {"body.1.weight", at::zeros({4})},
      {"body.2.weight", at::zeros({12, 4, 3, 3})}, {"body.2.bias", at::zeros({12})},
  };
};

TEST_F(BadUpscaler, NamesWhatIsMissingOrOver) {
  compact_["stray"] = at::zeros({1});
  expect_refused(compact_, "stray");
  compact_.erase("stray");
  compact_.erase("body.2.bias");
  expect_refused(compact_, "body.2.bias");
}

TEST_F(BadUpscaler, NamesWrongShapes) {
  compact_["body.1.weight"] = at::zeros({5});
  expect_refused(compact_, "body.1.weight");
  compact_["body.2.weight"] = at::zeros({13, 4, 3, 3});
  expect_refused(compact_, "SRVGGNetCompact");
  compact_["body.0.weight"] = at::zeros({4});
  expect_refused(compact_, "SRVGGNetCompact");
}

TEST_F(BadUpscaler, OtherNetworksAreNone) {
  expect_refused({{"unet.weight", at::zeros({3})}}, "neither");
  expect_refused({{"conv_first.weight", at::zeros({4, 5, 3, 3})}}, "RRDBNet");
  expect_refused({{"conv_first.weight", at::zeros({4, 3, 3, 3})}}, "RRDBNet");
  expect_refused({{"model.0.weight", at::zeros({4, 3, 3, 3})}, {"model.9999999999999.weight", at::zeros({1})}},
                 "RRDBNet");
  expect_refused({{std::string(100'000, 'a'), at::zeros({1})}}, "neither");
}

TEST_F(BadUpscaler, AMissingFileIsNotFound) {
  EXPECT_EQ(Upscaler::load(folder_.file("none.pth"), Placement{}).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::diffusion
