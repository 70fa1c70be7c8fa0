// The pipeline on a tiny Stable Diffusion of random weights.
#include "worker/diffusion/pipeline/text_to_image.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/worker/diffusion/golden.h"
#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/pipeline/guidance.h"
#include "worker/diffusion/pipeline/picture_bytes.h"

namespace troupe::diffusion {
namespace {

class TextToImageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    at::set_num_threads(1);
    if (!parity_folder().empty()) pipeline_ = TextToImage::load(model_folder(), Placement()).value().release();
  }
  void SetUp() override { TROUPE_NEEDS_GOLDENS(); }

  static std::string model_folder() { return parity_folder() + "/models/sd15"; }

  static TextToImageRequest small_request() {
    TextToImageRequest request;
    request.prompt = "a cat";
    request.width = 32;
    request.height = 24;
    request.steps = 2;
    request.seeds = {5};
    return request;
  }

  static TextToImage* pipeline_;
};
TextToImage* TextToImageTest::pipeline_ = nullptr;

TEST_F(TextToImageTest, MakesPicturesOfTheAskedSize) {
  const auto result = pipeline_->generate(small_request());
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  ASSERT_EQ(result->images.size(), 1u);
  EXPECT_EQ(result->images[0].sizes(), at::IntArrayRef({24, 32, 3}));
  EXPECT_EQ(result->images[0].scalar_type(), at::kByte);
  EXPECT_TRUE(result->images[0].is_contiguous());
}

TEST_F(TextToImageTest, AnImageOfABatchIsTheImageOfItsSeed) {
  TextToImageRequest request = small_request();
  request.sampler = "euler_a";
  const at::Tensor alone = pipeline_->generate(request)->images[0];
  request.seeds = {4, 5};
  const at::Tensor in_batch = pipeline_->generate(request)->images[1];
  // The noise is the same; the sums of a batch of another size need not be, bit for bit.
  EXPECT_LE((alone.to(at::kInt) - in_batch.to(at::kInt)).abs().max().item<int>(), 1);
}

TEST_F(TextToImageTest, ReportsEachStepAndStopsWhenTold) {
  std::vector<int> seen;
  ASSERT_TRUE(pipeline_
                  ->generate(small_request(),
                             [&](int step, int steps) {
                               EXPECT_EQ(steps, 2);
                               seen.push_back(step);
                               return true;
                             })
                  .ok());
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(pipeline_->generate(small_request(), [](int step, int) { return step < 1; }).status().code(),
            Code::kCancelled);
}

TEST_F(TextToImageTest, LongPromptsAreCutOrGoOn) {
  TextToImageRequest request = small_request();
  for (int i = 0; i < 100; ++i) request.prompt += " cat";
  request.keep_trace = true;
  const auto cut = pipeline_->generate(request);
  EXPECT_EQ(cut->dropped_tokens, 102 - 75);
  EXPECT_EQ(cut->trace->prompt_embeds.size(1), 77);
  request.long_prompt = LongPrompt::kWindows;
  const auto windows = pipeline_->generate(request);
  EXPECT_EQ(windows->dropped_tokens, 0);
  EXPECT_EQ(windows->trace->prompt_embeds.size(1), 154);
  EXPECT_EQ(windows->trace->negative_prompt_embeds.size(1), 154);
}

TEST_F(TextToImageTest, RefusesWhatCannotBe) {
  const auto expect_refused = [&](const std::string& word, const std::function<void(TextToImageRequest&)>& change,
                                  Code code = Code::kInvalid) {
    TextToImageRequest request = small_request();
    change(request);
    const Status status = pipeline_->generate(request).status();
    EXPECT_EQ(status.code(), code) << word << ": " << status.to_string();
    EXPECT_NE(status.message().find(word), std::string::npos) << status.to_string();
  };
  expect_refused("multiple of 8", [](auto& r) { r.width = 33; });
  expect_refused("height", [](auto& r) { r.height = 0; });
  expect_refused(
      "width", [](auto& r) { r.width = 1 << 20; }, Code::kTooLarge);
  expect_refused("steps", [](auto& r) { r.steps = 0; });
  expect_refused("sampler \"best\"", [](auto& r) { r.sampler = "best"; });
  expect_refused("schedule", [](auto& r) { r.schedule = "best"; });
  expect_refused("schedule", [](auto& r) { r.sampler = "ddim", r.schedule = "karras"; });
  expect_refused("seeds", [](auto& r) { r.seeds.clear(); });
  expect_refused("guidance", [](auto& r) { r.guidance = NAN; });
  expect_refused("eta", [](auto& r) { r.eta = -1; });
  expect_refused("clip_skip", [](auto& r) { r.clip_skip = 99; });
  expect_refused(
      "prompt", [](auto& r) { r.prompt.assign(100'000, 'a'); }, Code::kTooLarge);
}

TEST_F(TextToImageTest, EverySamplerAndScheduleRuns) {
  for (const std::string& sampler : sampler_names()) {
    TextToImageRequest request = small_request();
    request.sampler = sampler;
    EXPECT_TRUE(pipeline_->generate(request).ok()) << sampler;
  }
}

TEST_F(TextToImageTest, APackOfOtherClassesIsRefusedByName) {
  const TempFolder folder;
  std::filesystem::copy(model_folder(), folder.file("pack"), std::filesystem::copy_options::recursive);
  std::filesystem::permissions(folder.file("pack"), std::filesystem::perms::owner_all);
  const std::string index = folder.file("pack/model_index.json");
  std::filesystem::remove(index);
  EXPECT_EQ(TextToImage::load(folder.file("pack"), Placement()).status().code(), Code::kNotFound);
  write_text(index, R"({"_class_name": "FluxPipeline"})");
  const Status status = TextToImage::load(folder.file("pack"), Placement()).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("FluxPipeline"), std::string::npos) << status.message();
}

TEST(Guidance, RescaleBringsTheSpreadBack) {
  const at::Tensor negative = at::randn({2, 4, 8, 8}), prompt = at::randn({2, 4, 8, 8});
  EXPECT_TRUE(at::allclose(guide(negative, prompt, 1, 0), prompt, 1e-5, 1e-6));
  const at::Tensor full = guide(negative, prompt, 7.5, 1);
  EXPECT_NEAR(full[1].std().item<double>(), prompt[1].std().item<double>(), 1e-4);
}

TEST(PictureBytes, ClampsAndRoundsHalvesToEven) {
  const at::Tensor decoded = at::tensor({-2.0f, -1.0f, 0.0f, 1.0f, 3.0f, 1.0f}).reshape({3, 1, 2});
  const at::Tensor bytes = picture_bytes(decoded);
  EXPECT_EQ(bytes.sizes(), at::IntArrayRef({1, 2, 3}));
  const std::uint8_t* data = bytes.data_ptr<std::uint8_t>();
  EXPECT_EQ(std::vector<int>(data, data + 6), (std::vector<int>{0, 128, 255, 0, 255, 255}));
}

}  // namespace
}  // namespace troupe::diffusion
