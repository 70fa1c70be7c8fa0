// The pipeline on tiny Stable Diffusions of random weights, one of them made for inpainting.
#include "worker/diffusion/pipeline/stable_diffusion.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/worker/diffusion/golden.h"
#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/noise/generator.h"
#include "worker/diffusion/pictures/picture_bytes.h"
#include "worker/diffusion/pictures/resize.h"
#include "worker/diffusion/pipeline/guidance.h"

namespace troupe::diffusion {
namespace {

class StableDiffusionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    at::set_num_threads(1);
    if (parity_folder().empty()) return;
    pipeline_ = StableDiffusion::load(model_folder(), Placement()).value().release();
    inpainting_ = StableDiffusion::load(parity_folder() + "/models/sd15-inpaint", Placement()).value().release();
  }
  void SetUp() override { TROUPE_NEEDS_GOLDENS(); }

  static std::string model_folder() { return parity_folder() + "/models/sd15"; }

  static DiffusionRequest small_request() {
    DiffusionRequest request;
    request.prompt = "a cat";
    request.width = 32;
    request.height = 24;
    request.steps = 2;
    request.seeds = {5};
    return request;
  }

  // A picture of noise, as wide and high as small_request's.
  static at::Tensor picture(std::uint64_t seed) {
    at::Generator generator = make_generator(seed);
    return integers(256, {24, 32, 3}, generator).to(at::kByte);
  }
  // Its right half is to be repainted.
  static at::Tensor right_half() {
    at::Tensor mask = at::zeros({24, 32}, at::kByte);
    mask.slice(1, 16, 32).fill_(255);
    return mask;
  }
  static DiffusionRequest inpaint_request() {
    DiffusionRequest request = small_request();
    request.steps = 4;
    request.start = StartPicture{picture(1), right_half(), 0.5, false, false};
    request.keep_trace = true;
    return request;
  }
  static at::Tensor image_of(const DiffusionRequest& request, const StableDiffusion* pipeline = nullptr) {
    const auto result = (pipeline == nullptr ? pipeline_ : pipeline)->generate(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    return result.ok() ? result->images[0] : at::Tensor();
  }

  static StableDiffusion* pipeline_;
  static StableDiffusion* inpainting_;
};
StableDiffusion* StableDiffusionTest::pipeline_ = nullptr;
StableDiffusion* StableDiffusionTest::inpainting_ = nullptr;

TEST_F(StableDiffusionTest, MakesPicturesOfTheAskedSize) {
  const auto result = pipeline_->generate(small_request());
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  ASSERT_EQ(result->images.size(), 1u);
  EXPECT_EQ(result->images[0].sizes(), at::IntArrayRef({24, 32, 3}));
  EXPECT_EQ(result->images[0].scalar_type(), at::kByte);
  EXPECT_TRUE(result->images[0].is_contiguous());
}

TEST_F(StableDiffusionTest, AnImageOfABatchIsTheImageOfItsSeed) {
  DiffusionRequest request = small_request();
  request.sampler = "euler_a";
  const at::Tensor alone = pipeline_->generate(request)->images[0];
  request.seeds = {4, 5};
  const at::Tensor in_batch = pipeline_->generate(request)->images[1];
  // The noise is the same; the sums of a batch of another size need not be, bit for bit.
  EXPECT_LE((alone.to(at::kInt) - in_batch.to(at::kInt)).abs().max().item<int>(), 1);
}

TEST_F(StableDiffusionTest, ReportsEachStepAndStopsWhenTold) {
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

TEST_F(StableDiffusionTest, LongPromptsAreCutOrGoOn) {
  DiffusionRequest request = small_request();
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

TEST_F(StableDiffusionTest, RefusesWhatCannotBe) {
  const auto expect_refused = [&](const std::string& word, const std::function<void(DiffusionRequest&)>& change,
                                  Code code = Code::kInvalid) {
    DiffusionRequest request = small_request();
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

TEST_F(StableDiffusionTest, EverySamplerAndScheduleRuns) {
  for (const std::string& sampler : sampler_names()) {
    DiffusionRequest request = small_request();
    request.sampler = sampler;
    EXPECT_TRUE(pipeline_->generate(request).ok()) << sampler;
  }
}

TEST_F(StableDiffusionTest, AStartPictureTakesItsShareOfTheSteps) {
  DiffusionRequest request = small_request();
  request.start = StartPicture{picture(1), {}, 0.6, false, false};
  for (const auto& [steps, taken] : {std::pair{10, 6}, {5, 3}, {3, 1}, {2, 1}}) {
    request.steps = steps;
    int last = -1;
    ASSERT_TRUE(pipeline_->generate(request, [&](int step, int) { return last = step, true; }).ok());
    EXPECT_EQ(last, taken) << steps;
  }
}

TEST_F(StableDiffusionTest, WithLessStrengthMoreOfThePictureStays) {
  DiffusionRequest request = small_request();
  request.steps = 10;
  request.keep_trace = true;
  const auto distance = [&](double strength) {
    request.start = StartPicture{picture(1), {}, strength, false, false};
    const auto result = pipeline_->generate(request);
    return (result->trace->latents.back() - result->trace->start_latents).abs().mean().item<double>();
  };
  const double little = distance(0.1), much = distance(1);
  EXPECT_LT(little, much);
}

TEST_F(StableDiffusionTest, OutsideOfTheMaskTheLatentsAreThoseOfThePicture) {
  for (const std::string& sampler : sampler_names()) {
    for (const double strength : {0.5, 1.0}) {
      DiffusionRequest request = inpaint_request();
      request.sampler = sampler;
      request.start->strength = strength;
      const auto result = pipeline_->generate(request);
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      const at::Tensor latents = result->trace->latents.back(), clean = result->trace->start_latents;
      EXPECT_TRUE(latents.slice(3, 0, 2).equal(clean.slice(3, 0, 2))) << sampler;
      EXPECT_FALSE(latents.slice(3, 2, 4).equal(clean.slice(3, 2, 4))) << sampler;
    }
  }
}

TEST_F(StableDiffusionTest, OnlyAtFullStrengthTheMaskedPartIsForgotten) {
  DiffusionRequest request = inpaint_request();
  const auto with_right_half_of = [&](std::uint64_t seed) {
    request.start->image = picture(1);
    request.start->image.slice(1, 16, 32).copy_(picture(seed).slice(1, 16, 32));
    return image_of(request, inpainting_);
  };
  request.start->strength = 1;
  EXPECT_TRUE(with_right_half_of(2).equal(with_right_half_of(3)));
  request.start->strength = 0.5;
  EXPECT_FALSE(with_right_half_of(2).equal(with_right_half_of(3)));
}

TEST_F(StableDiffusionTest, NoiseMayStandInTheMaskToBeginWith) {
  DiffusionRequest request = inpaint_request();
  const at::Tensor plain = image_of(request);
  request.start->masked_noise = true;
  const at::Tensor noisy = image_of(request);
  EXPECT_FALSE(plain.equal(noisy));
  EXPECT_TRUE(image_of(request).equal(noisy));
}

TEST_F(StableDiffusionTest, AModelForInpaintingSeesTheMaskAndWhatIsKept) {
  DiffusionRequest request = inpaint_request();
  const auto result = inpainting_->generate(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  const at::Tensor input = result->trace->first_unet_input;
  ASSERT_EQ(input.size(1), 9);
  EXPECT_EQ(input[0][4].slice(1, 0, 2).max().item<float>(), 0);
  EXPECT_EQ(input[0][4].slice(1, 2, 4).min().item<float>(), 1);
  request.start.reset();
  const Status alone = inpainting_->generate(request).status();
  EXPECT_EQ(alone.code(), Code::kInvalid);
  EXPECT_NE(alone.message().find("inpainting"), std::string::npos) << alone.message();
}

TEST_F(StableDiffusionTest, RefusesAStartThatCannotBe) {
  const auto expect_refused = [&](const std::string& word, const std::function<void(StartPicture&)>& change) {
    DiffusionRequest request = inpaint_request();
    change(*request.start);
    const Status status = pipeline_->generate(request).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << word << ": " << status.to_string();
    EXPECT_NE(status.message().find(word), std::string::npos) << status.to_string();
  };
  expect_refused("32x24 RGB", [](auto& s) { s.image = at::zeros({32, 24, 3}, at::kByte); });
  expect_refused("32x24 RGB", [](auto& s) { s.image = at::Tensor(); });
  expect_refused("32x24 RGB", [](auto& s) { s.image = at::zeros({24, 32, 3}); });
  expect_refused("mask", [](auto& s) { s.mask = at::zeros({8, 8}, at::kByte); });
  expect_refused("no step at all; 0.25", [](auto& s) { s.strength = 0.2; });
  expect_refused("strength", [](auto& s) { s.strength = 1.5; });
  expect_refused("strength", [](auto& s) { s.strength = NAN; });
  expect_refused("mask", [](auto& s) { s.mask = at::Tensor(), s.masked_noise = true; });
  expect_refused("one generator", [](auto& s) { s.sample_posterior = true; });
}

TEST_F(StableDiffusionTest, AVariationLiesBetweenTwoSeeds) {
  DiffusionRequest request = small_request();
  request.subseeds = {6};
  const at::Tensor none = image_of(request);
  request.variation = 0.2;
  const at::Tensor some = image_of(request);
  request.variation = 1;
  const at::Tensor all = image_of(request);
  request = small_request();
  EXPECT_TRUE(image_of(request).equal(none));
  EXPECT_FALSE(some.equal(none));
  request.seeds = {6};
  // Turned all the way, but for rounding.
  EXPECT_LE((image_of(request).to(at::kInt) - all.to(at::kInt)).abs().max().item<int>(), 1);
  request.variation = 0.5;
  EXPECT_EQ(pipeline_->generate(request).status().code(), Code::kInvalid);  // without a subseed
}

TEST_F(StableDiffusionTest, AnotherVaeTakesThePlaceOfItsOwn) {
  const std::string other = parity_folder() + "/models/sd15-inpaint/vae";
  const auto pipeline = StableDiffusion::load(model_folder(), Placement(), other);
  ASSERT_TRUE(pipeline.ok()) << pipeline.status().to_string();
  EXPECT_FALSE(image_of(small_request(), pipeline->get()).equal(image_of(small_request())));
  const Status misfit =
      StableDiffusion::load(model_folder(), Placement(), parity_folder() + "/models/flux/vae").status();
  EXPECT_EQ(misfit.code(), Code::kCorrupt);
}

TEST_F(StableDiffusionTest, APackOfOtherClassesIsRefusedByName) {
  const TempFolder folder;
  std::filesystem::copy(model_folder(), folder.file("pack"), std::filesystem::copy_options::recursive);
  std::filesystem::permissions(folder.file("pack"), std::filesystem::perms::owner_all);
  const std::string index = folder.file("pack/model_index.json");
  std::filesystem::remove(index);
  EXPECT_EQ(StableDiffusion::load(folder.file("pack"), Placement()).status().code(), Code::kNotFound);
  write_text(index, R"({"_class_name": "FluxPipeline"})");
  const Status status = StableDiffusion::load(folder.file("pack"), Placement()).status();
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

TEST(PictureBytes, ComeBackFromTheirValues) {
  const at::Tensor bytes = at::arange(256, at::kByte).reshape({16, 16, 1}).expand({16, 16, 3});
  EXPECT_TRUE(picture_bytes(picture_values(bytes)[0]).equal(bytes));
}

TEST(ResizeBytes, KeepsOneColourAndTheSizeItHas) {
  const at::Tensor grey = at::full({7, 5, 3}, 77, at::kByte);
  for (const Filter filter : {Filter::kNearest, Filter::kBilinear, Filter::kBicubic, Filter::kLanczos}) {
    EXPECT_TRUE(resize_bytes(grey, 19, 2, filter).equal(at::full({19, 2, 3}, 77, at::kByte)));
    const at::Tensor mask = at::arange(35, at::kByte).reshape({7, 5});
    EXPECT_TRUE(resize_bytes(mask, 7, 5, filter).equal(mask));
  }
}

TEST(LatentMask, TakesTheUpperLeftByteOfEachField) {
  at::Tensor mask = at::zeros({4, 4}, at::kByte);
  mask[0][0] = 128;
  mask[1][3] = 255;
  mask[2][2] = 127;
  const at::Tensor latent = latent_mask(mask, 2, 2);
  EXPECT_TRUE(latent.equal(at::tensor({1.0f, 0.0f, 0.0f, 0.0f}).reshape({1, 1, 2, 2})));
}

}  // namespace
}  // namespace troupe::diffusion
