#include <algorithm>
#include <unordered_map>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {
namespace {

constexpr std::int64_t kSeedEnd = std::int64_t{1} << 32;

// Every axis that this manifest could have: for messages.
std::vector<std::string> possible_axes(const ParseState& state) {
  std::vector<std::string> names;
  for (const std::string& key : state.groups.keys()) names.push_back(axis_of_group(key));
  names.push_back("seed");
  for (const StageSpec& stage : state.data.chain) {
    for (const ParameterSchema& parameter : find_stage_schema(stage.kind)->parameters) {
      if (parameter.may_be_axis()) names.push_back(stage.name + "." + parameter.name);
    }
  }
  return names;
}

Result<Seeds> read_seed_range(const Node& node, const std::string& key) {
  const bool random = node.find("random") != nullptr;
  const std::vector<std::string> known =
      random ? std::vector<std::string>{"random", "from"} : std::vector<std::string>{"from", "count"};
  TROUPE_RETURN_IF_ERROR(check_keys(node, key, known));
  const Node* from = node.find("from");
  const Node* count = node.find(random ? "random" : "count");
  if (!count || (!random && !from))
    return error_at(node, key + " takes {from: 1, count: 50}, {random: 50, from: 7} or a list");
  std::int64_t first = 0;
  if (from) {
    TROUPE_ASSIGN_OR_RETURN(first, read_integer(*from, key + ".from", 0, kSeedEnd - 1));
  }
  TROUPE_ASSIGN_OR_RETURN(const std::int64_t number,
                          read_integer(*count, key + (random ? ".random" : ".count"), 1, limits::kMaxCells));
  if (random) return Seeds::random(static_cast<std::uint64_t>(number), static_cast<std::uint32_t>(first));
  if (first + number > kSeedEnd) {
    return error_at(*count, key + ": the last seed would be " + std::to_string(first + number - 1) +
                                "; the highest is " + std::to_string(kSeedEnd - 1));
  }
  return Seeds::range(static_cast<std::uint32_t>(first), static_cast<std::uint64_t>(number));
}

// Refuses a value that the axis has already, at its place.
Status check_values_distinct(const Node& list, const std::vector<std::string>& texts, const std::string& key) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!seen.emplace(texts[i], i).second)
      return error_at(list.items[i], key + " has the value " + texts[i] + " twice");
  }
  return {};
}

Result<Axis> read_seeds(const Node& node, const std::string& key, bool zipped) {
  if (node.kind == Node::Kind::kMap) {
    TROUPE_ASSIGN_OR_RETURN(Seeds seeds, read_seed_range(node, key));
    return Axis::seeds(std::move(seeds));
  }
  TROUPE_RETURN_IF_ERROR(
      check_list(node, key, "{from: 1, count: 50}, {random: 50, from: 7} or a list of seeds", limits::kMaxAxisValues));
  std::vector<std::uint32_t> seeds;
  std::vector<std::string> texts;
  for (const Node& item : node.items) {
    TROUPE_ASSIGN_OR_RETURN(const std::int64_t seed, read_integer(item, key, 0, kSeedEnd - 1));
    seeds.push_back(static_cast<std::uint32_t>(seed));
    texts.push_back(std::to_string(seed));
  }
  if (!zipped) TROUPE_RETURN_IF_ERROR(check_values_distinct(node, texts, key));
  return Axis::seeds(Seeds::list(std::move(seeds)));
}

Result<Axis> read_parameter_axis(const MapEntry& entry, const std::string& key, bool zipped, ParseState& state) {
  const std::size_t dot = entry.key.find('.');
  const std::string stage_name = entry.key.substr(0, dot);
  const std::string parameter_name = entry.key.substr(dot + 1);
  const auto stage = std::ranges::find(state.data.chain, stage_name, &StageSpec::name);
  const ParameterSchema* schema =
      stage == state.data.chain.end() ? nullptr : find_stage_schema(stage->kind)->find(parameter_name);
  if (!schema) {
    const std::vector<std::string> known = possible_axes(state);
    return Status(Code::kInvalid,
                  "no parameter \"" + entry.key.substr(0, limits::kMaxNameBytes) + "\" of a stage of the chain" +
                      did_you_mean(entry.key, known) + "; axes: " + join(known, 40),
                  entry.place());
  }
  if (!schema->may_be_axis()) {
    return Status(Code::kInvalid, key + " cannot be an axis; make a group of named prompts and use its name in braces",
                  entry.place());
  }
  TROUPE_RETURN_IF_ERROR(check_list(entry.value, key, "a list of values", limits::kMaxAxisValues));
  std::vector<AxisValue> values;
  std::vector<std::string> texts;
  std::vector<Place>& places = state.data.axis_places[entry.key];
  for (const Node& item : entry.value.items) {
    TROUPE_ASSIGN_OR_RETURN(nlohmann::json value, read_parameter(*schema, item, key));
    texts.push_back(parameter_text(value));
    if (!is_name(texts.back())) return takes(item, key, "a name");
    values.push_back({texts.back(), std::move(value)});
    places.push_back(item.place());
  }
  if (!zipped) TROUPE_RETURN_IF_ERROR(check_values_distinct(entry.value, texts, key));
  return Axis::parameter(entry.key, std::move(values));
}

Result<Axis> read_entry_axis(const MapEntry& entry, const std::string& key, bool zipped, ParseState& state) {
  const auto keys = group_keys_of(entry.key);
  const auto group = std::ranges::find_if(keys, [&](const std::string& name) { return state.groups.has(name); });
  if (group == keys.end()) {
    const std::vector<std::string> known = possible_axes(state);
    std::string hint = did_you_mean(entry.key, known);
    for (const std::string& name : known) {
      if (hint.empty() && name.ends_with("." + entry.key)) hint = " (did you mean \"" + name + "\"?)";
    }
    return Status(Code::kInvalid,
                  "no axis \"" + entry.key.substr(0, limits::kMaxNameBytes) + "\"" + hint + ": there is no group \"" +
                      keys.front().substr(0, limits::kMaxNameBytes) + "\" of named prompts; axes: " + join(known, 40),
                  entry.place());
  }
  TROUPE_RETURN_IF_ERROR(check_list(entry.value, key, "a list of names from " + *group, limits::kMaxAxisValues));
  std::vector<std::string> names;
  for (const Node& item : entry.value.items) {
    TROUPE_ASSIGN_OR_RETURN(std::string name, read_name(item, key));
    DraftEntry* draft = state.groups.find(*group, name);
    if (!draft) {
      const std::vector<std::string> known = state.groups.names(*group);
      return error_at(item, key + ": " + *group + " has no \"" + name + "\"" + did_you_mean(name, known) + "; it has " +
                                join(known));
    }
    draft->used = true;
    names.push_back(std::move(name));
  }
  if (!zipped) TROUPE_RETURN_IF_ERROR(check_values_distinct(entry.value, names, key));
  return Axis::entries(entry.key, *group, std::move(names));
}

}  // namespace

Status parse_axes(const Node& axes, ParseState& state) {
  if (axes.kind != Node::Kind::kMap) return takes(axes, "sweep.axes", "a map from axes to their values");
  if (axes.map.size() > limits::kMaxAxes) {
    return error_at(axes, "sweep.axes has " + std::to_string(axes.map.size()) + " axes; the most is " +
                              std::to_string(limits::kMaxAxes));
  }
  for (const MapEntry& entry : axes.map) {
    const std::string key = "sweep.axes." + entry.key.substr(0, limits::kMaxNameBytes);
    if (entry.value.kind == Node::Kind::kNull) {
      return Status(Code::kInvalid, key + " is empty; it takes a list of values", entry.place());
    }
    const bool zipped = std::ranges::any_of(state.sweep.zips, [&](const ZipGroup& zip) {
      return std::ranges::find(zip.axes, entry.key) != zip.axes.end();
    });
    Result<Axis> axis = entry.key == "seed"                     ? read_seeds(entry.value, key, zipped)
                        : entry.key.find('.') != entry.key.npos ? read_parameter_axis(entry, key, zipped, state)
                                                                : read_entry_axis(entry, key, zipped, state);
    if (!axis.ok()) return axis.status();
    state.sweep.axes.push_back(std::move(axis).value());
  }
  return {};
}

}  // namespace troupe::manifest
