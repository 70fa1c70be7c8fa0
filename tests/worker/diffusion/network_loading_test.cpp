#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/unet/unet_config.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {
namespace {

constexpr const char* kSmallClip =
    R"({"hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8, "vocab_size": 10,
        "max_position_embeddings": 6, "eos_token_id": 9, "hidden_act": "gelu"})";

void write_small_clip(const TempFolder& folder) {
  write_text(folder.file("config.json"), kSmallClip);
  SafetensorsBuilder weights;
  const std::string root = "text_model.", layer = root + "encoder.layers.0.";
  weights.add(root + "embeddings.token_embedding.weight", at::arange(40, at::kFloat).view({10, 4}).cos());
  weights.add(root + "embeddings.position_embedding.weight", at::arange(24, at::kFloat).view({6, 4}).sin());
  for (const char* name : {"q_proj", "k_proj", "v_proj", "out_proj"}) {
    weights.add(layer + "self_attn." + name + ".weight", at::eye(4));
    weights.add(layer + "self_attn." + name + ".bias", at::zeros({4}));
  }
  weights.add(layer + "mlp.fc1.weight", at::ones({8, 4})).add(layer + "mlp.fc1.bias", at::zeros({8}));
  weights.add(layer + "mlp.fc2.weight", at::ones({4, 8})).add(layer + "mlp.fc2.bias", at::zeros({4}));
  for (const std::string& norm : {layer + "layer_norm1", layer + "layer_norm2", root + "final_layer_norm"}) {
    weights.add(norm + ".weight", at::ones({4})).add(norm + ".bias", at::zeros({4}));
  }
  weights.write(folder.file("model.safetensors"));
}

TEST(ClipText, PoolsAtTheFirstEndTokenAndLooksOnlyBack) {
  const TempFolder folder;
  write_small_clip(folder);
  const auto clip = ClipText::load(folder.path(), Placement{});
  ASSERT_TRUE(clip.ok()) << clip.status().to_string();
  const std::vector<std::int64_t> first = {1, 9, 2, 9, 3, 4}, second = {1, 9, 7, 7, 7, 7};
  const auto a = (*clip)->forward(at::tensor(first).view({1, 6}));
  const auto b = (*clip)->forward(at::tensor(second).view({1, 6}));
  EXPECT_TRUE(at::equal(a.pooled, a.last_hidden_state.select(1, 1)));
  EXPECT_TRUE(at::allclose(a.pooled, b.pooled)) << "what follows a token must not change it";
  EXPECT_TRUE(at::equal((*clip)->clip_skip(a, 0), a.last_hidden_state));
}

TEST(ClipText, ConfigAndWeightsThatDisagreeAreAnErrorThatNamesTheTensor) {
  const TempFolder folder;
  write_small_clip(folder);
  std::string config = kSmallClip;
  config.replace(config.find("\"intermediate_size\": 8"), 22, "\"intermediate_size\": 9");
  write_text(folder.file("config.json"), config);
  const auto status = ClipText::load(folder.path(), Placement{}).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("mlp.fc1.weight"), std::string::npos) << status.message();
}

TEST(ClipText, HeadsThatDoNotDivideTheWidthAreAnError) {
  const TempFolder folder;
  write_small_clip(folder);
  std::string config = kSmallClip;
  config.replace(config.find("\"num_attention_heads\": 2"), 24, "\"num_attention_heads\": 3");
  write_text(folder.file("config.json"), config);
  EXPECT_NE(ClipText::load(folder.path(), Placement{}).status().message().find("heads"), std::string::npos);
}

constexpr const char* kSmallUnet =
    R"({"block_out_channels": [8, 16], "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "norm_num_groups": 4, "cross_attention_dim": 6)";

TEST(UnetConfig, ReadsHeadsAsOneNumberOrAList) {
  const TempFolder folder;
  write_text(folder.file("one.json"), kSmallUnet + std::string(", \"attention_head_dim\": 4}"));
  write_text(folder.file("list.json"), kSmallUnet + std::string(", \"attention_head_dim\": [2, 4]}"));
  const auto one = UnetConfig::read(folder.file("one.json")), list = UnetConfig::read(folder.file("list.json"));
  ASSERT_TRUE(one.ok()) << one.status().to_string();
  ASSERT_TRUE(list.ok()) << list.status().to_string();
  EXPECT_EQ(one->heads, (std::vector<std::int64_t>{4, 4}));
  EXPECT_EQ(list->heads, (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(one->down_attention, (std::vector<bool>{true, false}));
  EXPECT_EQ(one->up_attention, (std::vector<bool>{false, true}));
}

TEST(UnetConfig, NamesWhatItDoesNotSupport) {
  const TempFolder folder;
  const std::string path = folder.file("config.json");
  for (const char* option :
       {"\"addition_embed_type\": \"text_time\"", "\"act_fn\": \"gelu\"", "\"_class_name\": \"UNet3D\"",
        "\"num_class_embeds\": 3", "\"down_block_types\": [\"AttnDownBlock2D\", \"DownBlock2D\"]",
        "\"up_block_types\": [\"UpBlock2D\"]", "\"attention_head_dim\": [1, 2, 3]", "\"block_out_channels\": [7, 16]",
        "\"block_out_channels\": [8, -1]"}) {
    write_text(path, kSmallUnet + std::string(", ") + option + "}");
    const auto status = UnetConfig::read(path).status();
    const std::string text = option, key = text.substr(1, text.find('"', 1) - 1);
    EXPECT_EQ(status.code(), Code::kCorrupt) << option;
    EXPECT_NE(status.message().find(key), std::string::npos) << status.message();
  }
}

TEST(VaeConfig, ScaleFollowsFromTheLevels) {
  VaeConfig config;
  config.block_out_channels = {24, 48, 64};
  EXPECT_EQ(config.scale(), 4);
  config.block_out_channels = {32};
  EXPECT_EQ(config.scale(), 1);
}

}  // namespace
}  // namespace troupe::diffusion
