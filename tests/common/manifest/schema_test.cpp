// The schema for editors says what the parser's table says.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "common/base/files.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {
namespace {

TEST(SchemaTest, KnowsTheSameStagesAndParameters) {
  const auto text = read_file(std::string(TROUPE_SOURCE_DIR) + "/configs/schema/manifest.schema.json", 1 << 20);
  ASSERT_TRUE(text.ok()) << text.status().to_string();
  const nlohmann::json definitions = nlohmann::json::parse(*text).at("$defs");
  for (const StageSchema& stage : stage_schemas()) {
    ASSERT_TRUE(definitions.contains(stage.kind)) << stage.kind;
    const nlohmann::json& properties = definitions.at(stage.kind).at("properties");
    EXPECT_EQ(properties.size(), stage.parameters.size()) << stage.kind;
    for (const ParameterSchema& parameter : stage.parameters) {
      const std::string where = stage.kind + "." + parameter.name;
      ASSERT_TRUE(properties.contains(parameter.name)) << where;
      const nlohmann::json& property = properties.at(parameter.name);
      if (parameter.type == ParameterType::kInteger || parameter.type == ParameterType::kNumber) {
        EXPECT_EQ(property.at("minimum"), parameter.low) << where;
        EXPECT_EQ(property.at("maximum"), parameter.high) << where;
        if (parameter.fallback == Fallback::kDefault) {
          EXPECT_EQ(property.at("default"), parameter.optional() ? nlohmann::json(kDefaultFactor) : parameter.value)
              << where;
        }
      }
      if (parameter.type == ParameterType::kChoice) {
        EXPECT_EQ(property.at("enum"), parameter.choices) << where;
        EXPECT_EQ(property.contains("default"), parameter.fallback == Fallback::kDefault) << where;
      }
      if (parameter.type == ParameterType::kFlag) {
        EXPECT_EQ(property.at("default"), parameter.value) << where;
      }
    }
  }
}

}  // namespace
}  // namespace troupe::manifest
