#include <algorithm>
#include <map>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {
namespace {

const std::string kChainTakes = "a list of stages, such as [generate: {size: [512, 512]}]";

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const StageSchema& schema : stage_schemas()) names.push_back(schema.kind);
  return names;
}

Status read_parameters(const Node& node, const StageSchema& schema, StageSpec& stage) {
  const std::string key = "chain." + stage.name;
  if (node.kind == Node::Kind::kNull) return {};
  TROUPE_RETURN_IF_ERROR(check_keys(node, key, schema.parameter_names()));
  for (const MapEntry& entry : node.map) {
    TROUPE_ASSIGN_OR_RETURN(stage.parameters[entry.key],
                            read_parameter(*schema.find(entry.key), entry.value, key + "." + entry.key));
    stage.parameter_places[entry.key] = entry.value.place();
  }
  return {};
}

// Defaults and required parameters; those that come from elsewhere stay away.
Status fill_in(const StageSchema& schema, const std::vector<std::string>& axes, StageSpec& stage) {
  const auto given = [&](const char* name) {
    const bool swept = std::ranges::find(axes, stage.name + "." + name) != axes.end();
    return swept || (stage.parameters.contains(name) && !stage.parameters.at(name).is_null());
  };
  const auto needs = [&](const std::string& what) {
    return Status(Code::kInvalid, "chain." + stage.name + " needs " + what, stage.place);
  };
  for (const ParameterSchema& parameter : schema.parameters) {
    if (stage.parameters.contains(parameter.name)) continue;
    if (parameter.fallback == Fallback::kDefault) stage.parameters[parameter.name] = parameter.value;
  }
  if (stage.kind == "generate" && !given("size") && stage.parameters.at("from") != "previous") {
    return needs("size, such as size: [512, 512]");
  }
  if (stage.kind == "swap" && !given("face")) return needs("face, such as face: \"{character}\"");
  if (stage.kind == "segment" && stage.parameters.at("find") == "" && !given("box")) {
    return needs("find, such as find: \"{product}\", or box: [left, top, width, height]");
  }
  if (stage.kind == "upscale" && !given("factor") && !given("size")) stage.parameters["factor"] = kDefaultFactor;
  return {};
}

Result<StageSpec> read_stage(const Node& item, std::map<std::string, int>& seen, const std::vector<std::string>& axes) {
  StageSpec stage;
  stage.parameters = nlohmann::json::object();
  const Node* parameters = nullptr;
  if (item.is_scalar()) {
    stage.kind = item.text;
    stage.place = item.place();
  } else if (item.kind == Node::Kind::kMap && item.map.size() == 1) {
    stage.kind = item.map.front().key;
    stage.place = item.map.front().place();
    parameters = &item.map.front().value;
  } else if (item.kind == Node::Kind::kMap && item.map.size() > 1) {
    return Status(Code::kInvalid,
                  "a stage of the chain has one name, and its parameters below it; \"" + item.map[1].key.substr(0, 60) +
                      "\" is a second one (indent it, or start it with \"- \")",
                  item.map[1].place());
  } else {
    return takes(item, "a stage of the chain", "one of " + join(kinds()) + " with its parameters");
  }
  const StageSchema* schema = find_stage_schema(stage.kind);
  if (!schema) {
    return Status(Code::kInvalid,
                  "no stage \"" + stage.kind.substr(0, 60) + "\"" + did_you_mean(stage.kind, kinds()) +
                      "; stages: " + join(kinds()),
                  stage.place);
  }
  const int number = ++seen[stage.kind];
  stage.name = number == 1 ? stage.kind : stage.kind + std::to_string(number);
  if (parameters) TROUPE_RETURN_IF_ERROR(read_parameters(*parameters, *schema, stage));
  TROUPE_RETURN_IF_ERROR(fill_in(*schema, axes, stage));
  return stage;
}

// Pictures of stages, and masks, that are stored beside the result.
Status parse_keep(const Node& root, ParseState& state) {
  const Node* keep = root.find("keep");
  if (!keep) return {};
  std::vector<std::string> known;
  for (const StageSpec& stage : state.data.chain) {
    if (stage.kind != "segment") known.push_back(stage.name);
  }
  if (known.size() < state.data.chain.size()) known.emplace_back("masks");
  const std::string what = "a list of stages whose pictures are stored, and masks: here " + join(known);
  TROUPE_RETURN_IF_ERROR(check_list(*keep, "keep", what, limits::kMaxChainStages + 1));
  for (const Node& item : keep->items) {
    TROUPE_ASSIGN_OR_RETURN(std::string name, read_choice(item, "keep", known));
    if (std::ranges::find(state.data.keep, name) != state.data.keep.end()) {
      return error_at(item, "keep has " + name + " twice");
    }
    state.data.keep.push_back(std::move(name));
  }
  return {};
}

}  // namespace

Status parse_chain(const Node& root, ParseState& state) {
  const Node* chain = root.find("chain");
  if (!chain) return error_at(root, "a manifest needs a chain: " + kChainTakes);
  TROUPE_RETURN_IF_ERROR(check_list(*chain, "chain", kChainTakes, limits::kMaxChainStages));
  std::map<std::string, int> seen;
  for (const Node& item : chain->items) {
    TROUPE_ASSIGN_OR_RETURN(StageSpec stage, read_stage(item, seen, state.axes));
    state.data.chain.push_back(std::move(stage));
  }
  if (state.data.chain.front().kind != "generate") {
    return Status(Code::kInvalid, "a chain starts with generate, not " + state.data.chain.front().kind,
                  state.data.chain.front().place);
  }
  return parse_keep(root, state);
}

}  // namespace troupe::manifest
