#include "worker/chain/chain_checks.h"

#include <algorithm>

#include "common/manifest/stage_schema.h"

namespace troupe::chain {
namespace {

using manifest::ParameterType;

constexpr char kMakesPicture[] = "generate";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

// The names that the stage gives for its parameters of that type.
template <typename See>
void for_each_mask(const manifest::StageJob& stage, ParameterType type, See see) {
  const manifest::StageSchema* schema = manifest::find_stage_schema(stage.kind);
  if (!schema) return;
  for (const manifest::ParameterSchema& parameter : schema->parameters) {
    const auto value = stage.parameters.find(parameter.name);
    if (parameter.type != type || value == stage.parameters.end() || !value->is_string()) continue;
    if (const auto name = value->get<std::string>(); !name.empty()) see(parameter.name, name);
  }
}

}  // namespace

Status check_stages(const std::vector<manifest::StageJob>& stages, const std::vector<std::string>& kinds) {
  if (stages.empty()) return Status(Code::kInvalid, "the chain has no stages");
  for (const manifest::StageJob& stage : stages) {
    if (contains(kinds, stage.kind)) continue;
    return Status(Code::kInvalid, "this engine has no stage \"" + stage.kind + "\"; it has: " + joined(kinds));
  }
  if (stages.front().kind != kMakesPicture) {
    return Status(Code::kInvalid,
                  stages.front().name + ": there is no picture yet; the first stage of a chain is generate");
  }
  std::vector<std::string> made;
  for (const manifest::StageJob& stage : stages) {
    Status status;
    for_each_mask(stage, ParameterType::kMaskUsed, [&](const std::string& parameter, const std::string& mask) {
      if (contains(made, mask) || !status.ok()) return;
      status = Status(Code::kInvalid, stage.name + "." + parameter + ": no stage before makes the mask \"" + mask +
                                          "\"" + (made.empty() ? "" : "; there is: " + joined(made)));
    });
    TROUPE_RETURN_IF_ERROR(status);
    for (const std::string& mask : masks_made({stage})) made.push_back(mask);
  }
  return {};
}

std::vector<std::string> masks_made(const std::vector<manifest::StageJob>& stages) {
  std::vector<std::string> made;
  for (const manifest::StageJob& stage : stages) {
    for_each_mask(stage, ParameterType::kMaskMade, [&](const std::string&, const std::string& mask) {
      if (!contains(made, mask)) made.push_back(mask);
    });
  }
  return made;
}

}  // namespace troupe::chain
