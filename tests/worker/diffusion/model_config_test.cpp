#include "worker/diffusion/weights/model_config.h"

#include <gtest/gtest.h>

#include "tests/worker/diffusion/safetensors_builder.h"

namespace troupe::diffusion {
namespace {

ModelConfig config_of(const TempFolder& folder, const std::string& json) {
  write_text(folder.file("config.json"), json);
  return ModelConfig::read(folder.file("config.json")).value();
}

TEST(ModelConfig, ReadsValuesAndFallbacks) {
  const TempFolder folder;
  ModelConfig config =
      config_of(folder, R"({"n": 3, "x": 0.5, "b": true, "s": "hi", "l": [1, 2], "t": ["u"], "z": null})");
  EXPECT_EQ(config.integer("n", 1, 9), 3);
  EXPECT_EQ(config.integer("z", 1, 9, 7), 7);
  EXPECT_EQ(config.number("x"), 0.5);
  EXPECT_TRUE(config.boolean("b"));
  EXPECT_EQ(config.text("s"), "hi");
  EXPECT_EQ(config.integers("l", 0, 9), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(config.integers("n", 0, 9, 2), (std::vector<std::int64_t>{3, 3}));
  EXPECT_EQ(config.texts("t"), std::vector<std::string>{"u"});
  EXPECT_FALSE(config.has("z"));
  EXPECT_TRUE(config.status().ok()) << config.status().to_string();
}

TEST(ModelConfig, RemembersTheFirstErrorWithFileAndKey) {
  const TempFolder folder;
  ModelConfig config = config_of(folder, R"({"n": 99, "s": 1})");
  EXPECT_EQ(config.integer("n", 1, 9), 1);
  config.text("s");
  EXPECT_EQ(config.status().code(), Code::kCorrupt);
  EXPECT_EQ(config.status().message(), folder.file("config.json") + ": n is 99; it must be a whole number from 1 to 9");
}

TEST(ModelConfig, RefusesWrongTypesAndMissingKeys) {
  const TempFolder folder;
  const std::string json = R"({"n": 18446744073709551615, "l": [1, "x"], "e": [], "o": {}})";
  const auto status_after = [&](auto read) {
    ModelConfig config = config_of(folder, json);
    read(config);
    return config.status();
  };
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.integer("n", 0, INT64_MAX); }).ok());
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.integer("absent", 0, 1); }).ok());
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.integers("l", 0, 9); }).ok());
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.integers("e", 0, 9); }).ok());
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.number("o"); }).ok());
  EXPECT_FALSE(status_after([](ModelConfig& c) { c.texts("l"); }).ok());
}

TEST(ModelConfig, NamesOptionsThatAreNotSupported) {
  const TempFolder folder;
  ModelConfig config = config_of(folder, R"({"a": null, "b": 1.0, "c": "text_time"})");
  config.supports_only("a", "false");
  config.supports_only("b", "1");
  config.supports_only("absent", "null");
  EXPECT_TRUE(config.status().ok()) << config.status().to_string();
  config.supports_only("c", "null");
  EXPECT_NE(config.status().message().find("c is \"text_time\", which is not supported"), std::string::npos);
}

TEST(ModelConfig, RefusesWhatIsNoJsonObject) {
  const TempFolder folder;
  for (const char* text : {"", "[1]", "{", "null"}) {
    write_text(folder.file("config.json"), text);
    EXPECT_EQ(ModelConfig::read(folder.file("config.json")).status().code(), Code::kCorrupt) << text;
  }
  EXPECT_EQ(ModelConfig::read(folder.file("none.json")).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::diffusion
