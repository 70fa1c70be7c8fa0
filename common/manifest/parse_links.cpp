// What the stages of a chain need of each other and of named prompts.
#include <algorithm>

#include "common/manifest/parse.h"
#include "common/manifest/reader.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {
namespace {

Place place_of(const StageSpec& stage, const std::string& parameter) {
  const auto written = stage.parameter_places.find(parameter);
  return written == stage.parameter_places.end() ? stage.place : written->second;
}

Status check_masks(const StageSpec& stage, std::vector<std::string>& masks) {
  for (const ParameterSchema& schema : find_stage_schema(stage.kind)->parameters) {
    if (schema.type != ParameterType::kMaskUsed) continue;
    const auto mask = stage.parameters.at(schema.name).get<std::string>();
    if (mask.empty() || std::ranges::find(masks, mask) != masks.end()) continue;
    return Status(Code::kInvalid,
                  "chain." + stage.name + "." + schema.name + ": no segment stage before it makes the mask \"" + mask +
                      "\"" + did_you_mean(mask, masks) + (masks.empty() ? "" : "; masks so far: " + join(masks)),
                  place_of(stage, schema.name));
  }
  if (stage.kind == "segment") masks.push_back(stage.parameters.at("as").get<std::string>());
  return {};
}

Status check_segment(const StageSpec& stage) {
  if (stage.parameters.at("find") == "" || stage.parameters.at("box").is_null()) return {};
  return Status(Code::kInvalid,
                "chain." + stage.name + " takes find or box, not both; join two masks with union or subtract",
                place_of(stage, "box"));
}

Status check_inpaint(const StageSpec& stage, const ParseState& state) {
  const bool named = stage.parameters.at("reference") != "";
  bool wanted = false;
  for (const ParameterValue& fill : values_of(state, stage, "fill")) {
    if (fill.value != "reference") continue;
    wanted = true;
    if (named) continue;
    return Status(Code::kInvalid,
                  "chain." + stage.name + ": fill: reference needs a reference, such as reference: \"{product}\"",
                  fill.place);
  }
  if (!named || wanted) return {};
  return Status(Code::kInvalid, "chain." + stage.name + ".reference is used by fill: reference alone; add that",
                place_of(stage, "reference"));
}

Status check_upscale(const StageSpec& stage, const ParseState& state) {
  const std::vector<ParameterValue> factors = values_of(state, stage, "factor");
  const std::vector<ParameterValue> sizes = values_of(state, stage, "size");
  if (!factors.front().value.is_null() && !sizes.front().value.is_null()) {
    return Status(Code::kInvalid, "chain." + stage.name + " takes factor or size, not both", sizes.front().place);
  }
  const auto by_value = [](const ParameterValue& value) { return value.value.get<int>(); };
  const std::vector<ParameterValue> tiles = values_of(state, stage, "tile");
  const std::vector<ParameterValue> overlaps = values_of(state, stage, "overlap");
  const int tile = by_value(*std::ranges::min_element(tiles, {}, by_value));
  const ParameterValue& overlap = *std::ranges::max_element(overlaps, {}, by_value);
  if (2 * by_value(overlap) < tile) return {};
  return Status(Code::kInvalid,
                "chain." + stage.name + ".overlap must be less than half of tile, " + std::to_string(tile) + ", not " +
                    std::to_string(by_value(overlap)),
                overlap.place);
}

Status check_from(const StageSpec& stage, bool first) {
  if (!first || stage.parameters.at("from") == "") return {};
  return Status(Code::kInvalid, "chain." + stage.name + ".from: no stage before it makes a picture",
                place_of(stage, "from"));
}

}  // namespace

std::vector<ParameterValue> values_of(const ParseState& state, const StageSpec& stage, const std::string& parameter) {
  const std::string name = stage.name + "." + parameter;
  if (const Axis* axis = state.data.sweep.find_axis(name)) {
    std::vector<ParameterValue> values;
    const auto places = state.data.axis_places.find(name);
    for (Digit digit = 0; digit < axis->size(); ++digit) {
      values.push_back({axis->value(digit).value, places->second[digit]});
    }
    return values;
  }
  return {{stage.parameters.at(parameter), place_of(stage, parameter)}};
}

Status check_links(ParseState& state) {
  std::vector<std::string> masks;
  for (const StageSpec& stage : state.data.chain) {
    TROUPE_RETURN_IF_ERROR(check_masks(stage, masks));
    if (stage.kind == "generate") TROUPE_RETURN_IF_ERROR(check_from(stage, &stage == &state.data.chain.front()));
    if (stage.kind == "segment") TROUPE_RETURN_IF_ERROR(check_segment(stage));
    if (stage.kind == "inpaint") TROUPE_RETURN_IF_ERROR(check_inpaint(stage, state));
    if (stage.kind == "upscale") TROUPE_RETURN_IF_ERROR(check_upscale(stage, state));
    TROUPE_RETURN_IF_ERROR(check_references(stage, state));
  }
  return {};
}

}  // namespace troupe::manifest
