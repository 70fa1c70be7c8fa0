// CLIPSeg against what transformers computed (tests/golden/clipseg_complex, and the parity folder where there is one).
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/worker/diffusion/golden.h"
#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/clipseg/segmenter.h"

namespace troupe::diffusion {
namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 2e-4;
const std::string kGolden = TROUPE_SOURCE_DIR "/tests/golden/clipseg_complex";
const std::string kModel = kGolden + "/models/clipseg_complex";

std::shared_ptr<const SafetensorsFile> golden() {
  return SafetensorsFile::open(kGolden + "/goldens/clipseg_complex.safetensors").value();
}

// A copy of the model to damage.
class Damaged : public ::testing::Test {
 protected:
  Damaged() { fs::copy(kModel, model_, fs::copy_options::recursive); }

  void change(const std::string& file, const std::function<void(nlohmann::json&)>& edit) {
    auto json = nlohmann::json::parse(std::ifstream(model_ + "/" + file));
    edit(json);
    write_text(model_ + "/" + file, json.dump());
  }
  // Loading must fail as the model's fault with a message that has `part`.
  void expect_refused(const std::string& part) {
    const Status status = Segmenter::load(model_, Placement{}).status();
    EXPECT_EQ(status.code(), Code::kCorrupt) << status.message();
    EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
  }

  TempFolder folder_;
  std::string model_ = folder_.file("segment");
};

TEST(ClipSeg, TheComplexDecoderMatchesTheReference) {
  const auto model = ClipSeg::load(kModel, Placement{});
  ASSERT_TRUE(model.ok()) << model.status().to_string();
  const auto file = golden();
  const auto output = (*model)->forward(file->tensor("input_ids").value(), file->tensor("pixel_values").value());
  EXPECT_LT(relative_error(output.condition, file->tensor("conditional_embeddings").value()), kTolerance);
  EXPECT_LT(relative_error(output.logits, file->tensor("logits").value()), kTolerance);
}

TEST(ClipSeg, TheSimpleDecoderMatchesTheReference) {
  TROUPE_NEEDS_GOLDENS();
  const auto model = ClipSeg::load(parity_folder() + "/models/clipseg", Placement{});
  ASSERT_TRUE(model.ok()) << model.status().to_string();
  const Golden reference("clipseg");
  const auto output = (*model)->forward(reference["input_ids"], reference["pixel_values"]);
  EXPECT_LT(relative_error(output.condition, reference["conditional_embeddings"]), kTolerance);
  EXPECT_LT(relative_error(output.logits, reference["logits"]), kTolerance);
}

TEST(ClipSeg, OnePictureServesSeveralPhrases) {
  const auto model = ClipSeg::load(kModel, Placement{}).value();
  const auto file = golden();
  const at::Tensor pixels = file->tensor("pixel_values")->slice(0, 0, 1);
  const auto output = model->forward(file->tensor("input_ids").value(), pixels);
  EXPECT_LT(relative_error(output.logits, file->tensor("logits").value()), kTolerance);
}

TEST(Segmenter, PicturesAndPhrasesGiveTheReferencesLogits) {
  const auto segmenter = Segmenter::load(kModel, Placement{});
  ASSERT_TRUE(segmenter.ok()) << segmenter.status().to_string();
  const auto file = golden();
  const auto json = nlohmann::json::parse(std::ifstream(kGolden + "/goldens/clipseg_complex.json"));
  const at::Tensor rgb = file->tensor("image_u8").value();
  for (std::int64_t i = 0; i < 2; ++i) {
    const std::string phrase = json["prompts"][static_cast<std::size_t>(i)].get<std::string>();
    const auto found = (*segmenter)->find(rgb, phrase);
    ASSERT_TRUE(found.ok()) << found.status().to_string();
    EXPECT_EQ(found->dropped, 0);
    // Resized bytes may differ by one level.
    EXPECT_LT(relative_error(found->logits, file->tensor("logits").value()[i]), 0.02) << phrase;
  }
}

TEST(Segmenter, LongPhrasesAreCutAndSaySo) {
  const auto segmenter = Segmenter::load(kModel, Placement{}).value();
  const auto found = segmenter->find(at::zeros({8, 8, 3}, at::kByte), "a b c d e f g h i j k l m n");
  ASSERT_TRUE(found.ok()) << found.status().to_string();
  EXPECT_EQ(found->dropped, 4);
}

TEST(Segmenter, WhatIsNoPictureOrNoPhraseIsTheInputsFault) {
  const auto segmenter = Segmenter::load(kModel, Placement{}).value();
  EXPECT_EQ(segmenter->find(at::zeros({4, 4, 3}, at::kByte), "  ").status().code(), Code::kInvalid);
  EXPECT_EQ(segmenter->find(at::zeros({4, 4, 1}, at::kByte), "hat").status().code(), Code::kInvalid);
  EXPECT_EQ(segmenter->find(at::zeros({0, 4, 3}, at::kByte), "hat").status().code(), Code::kInvalid);
  EXPECT_EQ(segmenter->find(at::zeros({4, 4, 3}), "hat").status().code(), Code::kInvalid);
  EXPECT_TRUE(segmenter->find(at::zeros({1, 1, 3}, at::kByte), "hat").ok());
}

TEST_F(Damaged, AnotherEndOfTextIsNoticed) {
  change("config.json", [](auto& json) { json["text_config"]["eos_token_id"] = 49407; });
  expect_refused("eos_token_id");
}

TEST_F(Damaged, EosTwoNeedsTheHighestId) {
  change("config.json", [](auto& json) { json["text_config"]["eos_token_id"] = 2; });
  EXPECT_TRUE(Segmenter::load(model_, Placement{}).ok());
  change("vocab.json", [](auto& json) { std::swap(json["<start>"], json["<end>"]); });
  expect_refused("the highest id");
}

TEST_F(Damaged, ATokenizerOfAnotherModelIsNoticed) {
  change("vocab.json", [](auto& json) { json["stray"] = 5000; });
  expect_refused("ids");
}

TEST_F(Damaged, ConfigsThatCannotBeNameTheKey) {
  change("config.json", [](auto& json) { json["extract_layers"] = {0, 7}; });
  expect_refused("extract_layers");
  change("config.json", [](auto& json) {
    json["extract_layers"] = {0, 1};
    json["conditional_layer"] = 2;
  });
  expect_refused("conditional_layer");
  change("config.json", [](auto& json) {
    json["conditional_layer"] = 0;
    json.erase("vision_config");
  });
  expect_refused("vision_config");
}

TEST_F(Damaged, WeightsOfTheOtherDecoderNameTheTensor) {
  change("config.json", [](auto& json) { json["use_complex_transposed_convolution"] = false; });
  expect_refused("transposed_convolution.weight");
}

TEST_F(Damaged, WeightsOfAnotherSizeNameTheTensor) {
  change("config.json", [](auto& json) { json["projection_dim"] = 9; });
  expect_refused("text_projection");
}

TEST_F(Damaged, PreparationThatCannotBeNamesTheKey) {
  change("preprocessor_config.json", [](auto& json) { json["size"] = {{"height", 8}, {"width", 48}}; });
  expect_refused("preprocessor_config.json");
  change("preprocessor_config.json", [](auto& json) { json["size"] = {{"shortest_edge", 48}}; });
  expect_refused("height");
  change("preprocessor_config.json", [](auto& json) {
    json["size"] = 48;
    json["image_std"] = {1, 0, 1};
  });
  expect_refused("image_std");
}

TEST_F(Damaged, AMissingFileIsNamed) {
  fs::remove(model_ + "/preprocessor_config.json");
  const Status status = Segmenter::load(model_, Placement{}).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("preprocessor_config.json"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace troupe::diffusion
