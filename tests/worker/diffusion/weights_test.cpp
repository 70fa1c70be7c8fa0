#include "worker/diffusion/weights/weights.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/worker/diffusion/safetensors_builder.h"

namespace troupe::diffusion {
namespace {

TEST(Weights, WidensHalfPrecisionExactly) {
  const TempFolder folder;
  SafetensorsBuilder()
      .add("half", at::full({2}, 0.1, at::kHalf))
      .add("brain", at::full({2}, 0.1, at::kBFloat16))
      .write(folder.file("model.fp16.safetensors"));
  auto weights = Weights::load(folder.path(), "model", Placement{});
  ASSERT_TRUE(weights.ok()) << weights.status().to_string();
  EXPECT_TRUE(at::equal(weights->take("half", {2}).value(), at::full({2}, 0.1, at::kHalf).to(at::kFloat)));
  EXPECT_TRUE(at::equal(weights->take("brain", {2}).value(), at::full({2}, 0.1, at::kBFloat16).to(at::kFloat)));
}

TEST(Weights, PrefersTheFullFile) {
  const TempFolder folder;
  SafetensorsBuilder().add("a", at::ones({1})).write(folder.file("model.safetensors"));
  SafetensorsBuilder().add("a", at::zeros({1})).write(folder.file("model.fp16.safetensors"));
  auto weights = Weights::load(folder.path(), "model", Placement{}).value();
  EXPECT_EQ(weights.take("a", {1}).value().item<float>(), 1);
}

TEST(Weights, NothingToLoadSaysWhatWasLookedFor) {
  const TempFolder folder;
  const auto status = Weights::load(folder.path(), "model", Placement{}).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("model.safetensors.index.json"), std::string::npos) << status.message();
}

TEST(Weights, AWrongShapeNamesFileKeyAndBothShapes) {
  const TempFolder folder;
  const std::string path = folder.file("model.safetensors");
  SafetensorsBuilder().add("a.weight", at::ones({2, 3})).write(path);
  auto weights = Weights::load(folder.path(), "model", Placement{}).value();
  const auto status = weights.take("a.weight", {3, 2}).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  for (const std::string& part : {path, std::string("a.weight"), std::string("[2, 3]"), std::string("[3, 2]")}) {
    EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
  }
}

TEST(Weights, AMissingTensorNamesFileAndKey) {
  const TempFolder folder;
  SafetensorsBuilder().add("a", at::ones({1})).write(folder.file("model.safetensors"));
  auto weights = Weights::load(folder.path(), "model", Placement{}).value();
  const auto status = weights.take("b", {1}).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("tensor b [1] is missing"), std::string::npos) << status.message();
}

TEST(Weights, AcceptsOlderSpellingsAnd1x1Convolutions) {
  const TempFolder folder;
  SafetensorsBuilder()
      .add("mid.query.weight", at::ones({2, 2, 1, 1}))
      .add("mid.proj_attn.bias", at::ones({2}))
      .add("final_layer_norm.weight", at::ones({4}))
      .write(folder.file("model.safetensors"));
  auto weights = Weights::load(folder.path(), "model", Placement{}).value();
  EXPECT_EQ(weights.take("mid.to_q.weight", {2, 2}).value().dim(), 2);
  EXPECT_TRUE(weights.take("mid.to_out.0.bias", {2}).ok());
  EXPECT_TRUE(weights.take("text_model.final_layer_norm.weight", {4}).ok());
  EXPECT_TRUE(weights.unused().empty());
}

TEST(Weights, ListsWhatNobodyTook) {
  const TempFolder folder;
  SafetensorsBuilder()
      .add("a", at::ones({1}))
      .add("b", at::ones({1}))
      .add("embeddings.position_ids", at::ones({1}, at::kLong))
      .write(folder.file("model.safetensors"));
  auto weights = Weights::load(folder.path(), "model", Placement{}).value();
  ASSERT_TRUE(weights.take("a", {1}).ok());
  EXPECT_EQ(weights.unused(), std::vector<std::string>{"b"});
  EXPECT_NE(weights.check_all_used().message().find("such as b"), std::string::npos);
  ASSERT_TRUE(weights.take("b", {1}).ok());
  EXPECT_TRUE(weights.check_all_used().ok());
}

void write_two_shards(const TempFolder& folder) {
  SafetensorsBuilder().add("a", at::ones({1})).write(folder.file("model-1.safetensors"));
  SafetensorsBuilder().add("b", at::zeros({2})).write(folder.file("model-2.safetensors"));
}

TEST(Weights, ReadsShards) {
  const TempFolder folder;
  write_two_shards(folder);
  write_text(folder.file("model.safetensors.index.json"),
             R"({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}})");
  auto weights = Weights::load(folder.path(), "model", Placement{});
  ASSERT_TRUE(weights.ok()) << weights.status().to_string();
  EXPECT_TRUE(weights->take("a", {1}).ok());
  EXPECT_TRUE(weights->take("b", {2}).ok());
}

TEST(Weights, RefusesABadIndex) {
  for (const char* index : {"[]", R"({"weight_map": 3})", R"({"weight_map": {"a": "../model-1.safetensors"}})",
                            R"({"weight_map": {"a": "model-2.safetensors"}})", R"({"weight_map": {"a": 1}})",
                            R"({"weight_map": {"a": "model-3.safetensors"}})"}) {
    const TempFolder folder;
    write_two_shards(folder);
    write_text(folder.file("model.safetensors.index.json"), index);
    EXPECT_FALSE(Weights::load(folder.path(), "model", Placement{}).ok()) << index;
  }
}

}  // namespace
}  // namespace troupe::diffusion
