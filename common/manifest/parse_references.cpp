// Stages that look at a named prompt's picture.
#include <algorithm>

#include "common/manifest/parse.h"
#include "common/manifest/reader.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {
namespace {

// One parameter that names a picture: where it stands, and which group a plain name is looked up in.
struct Named {
  std::string key;
  std::string text;
  Place place;
  std::string group;
  std::string what;  // "character"
};

Status lacks_reference(const Named& named, const std::string& group, const std::string& name) {
  return Status(Code::kInvalid,
                named.key + " is \"" + named.text + "\", but " + group + "." + name +
                    " has no reference: give it a picture of the " + (named.what == "character" ? "face" : named.what),
                named.place);
}

// Stages know a picture by its entry's name alone.
Status check_unambiguous(const Named& named, const std::string& group, const std::string& name, ParseState& state) {
  for (const Axis& axis : state.data.sweep.axes()) {
    if (axis.kind() != AxisKind::kEntry || axis.group() == group || axis.find(name).empty()) continue;
    if (!state.groups.find(axis.group(), name)->prompt.reference) continue;
    return Status(Code::kInvalid,
                  named.key + ": \"" + name + "\" may be " + group + "." + name + " or " + axis.group() + "." + name +
                      ", which both have a reference; give one of them another name",
                  named.place);
  }
  return {};
}

Status check_plain(const Named& named, const std::string& name, ParseState& state) {
  DraftEntry* entry = state.groups.find(named.group, name);
  if (!entry) {
    const std::vector<std::string> known = state.groups.names(named.group);
    return Status(Code::kInvalid,
                  named.key + ": no " + named.what + " \"" + name.substr(0, 60) + "\"" + did_you_mean(name, known) +
                      "; it takes \"{" + named.what + "}\"" + (known.empty() ? "" : " or one of " + join(known)),
                  named.place);
  }
  if (!entry->prompt.reference) return lacks_reference(named, named.group, name);
  entry->used = true;
  return check_unambiguous(named, named.group, name, state);
}

Status check_named(const Named& named, ParseState& state) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<TemplatePiece> pieces, parse_template(named.text));
  if (pieces.size() == 1 && !pieces[0].is_name) return check_plain(named, pieces[0].text, state);
  TROUPE_RETURN_IF_ERROR(check_template_names(pieces, state, named.key, named.place));
  const Axis* axis = pieces.size() == 1 ? state.data.sweep.find_axis(pieces[0].text) : nullptr;
  if (!axis || axis->kind() != AxisKind::kEntry) {
    return Status(Code::kInvalid,
                  named.key + " takes one axis of named prompts, such as \"{" + named.what + "}\", or the name of a " +
                      named.what,
                  named.place);
  }
  for (Digit digit = 0; digit < axis->size(); ++digit) {
    const std::string& name = axis->value(digit).text;
    if (!state.groups.find(axis->group(), name)->prompt.reference) return lacks_reference(named, axis->group(), name);
    TROUPE_RETURN_IF_ERROR(check_unambiguous(named, axis->group(), name, state));
  }
  return {};
}

}  // namespace

Status check_references(const StageSpec& stage, ParseState& state) {
  for (const ParameterSchema& schema : find_stage_schema(stage.kind)->parameters) {
    const bool face = schema.type == ParameterType::kFace;
    if (!face && schema.type != ParameterType::kReference) continue;
    const auto text = stage.parameters.at(schema.name).get<std::string>();
    if (text.empty() && !face) continue;
    const auto written = stage.parameter_places.find(schema.name);
    const Place& place = written == stage.parameter_places.end() ? stage.place : written->second;
    const Named named{"chain." + stage.name + "." + schema.name, text, place, face ? "characters" : "products",
                      face ? "character" : "product"};
    TROUPE_RETURN_IF_ERROR(check_named(named, state));
  }
  return {};
}

Status check_has_faces(ParseState& state, const std::string& key, const Place& place) {
  if (std::ranges::find(state.data.chain, "swap", &StageSpec::kind) != state.data.chain.end()) return {};
  std::string missing;
  for (const Axis& axis : state.data.sweep.axes()) {
    if (axis.kind() != AxisKind::kEntry || axis.group() != "characters") continue;
    for (Digit digit = 0; digit < axis.size() && missing.empty(); ++digit) {
      const std::string& name = axis.value(digit).text;
      if (!state.groups.find(axis.group(), name)->prompt.reference) missing = "characters." + name;
    }
    if (missing.empty()) return {};
  }
  return Status(Code::kInvalid,
                key + " compares faces with a character's reference; " +
                    (missing.empty() ? "the sweep has no axis character and the chain no swap stage"
                                     : missing + " has no reference"),
                place);
}

}  // namespace troupe::manifest
