// Names in the templates of a chain.
#include <algorithm>
#include <map>

#include "common/base/limits.h"
#include "common/manifest/cell.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

// The longest texts that the cells can put into prompts.
struct LongestTexts {
  std::map<std::string, std::size_t> of_axis;  // of named prompts
  std::size_t negatives = 0;                   // what named prompts add to a negative prompt
};

LongestTexts measure(ParseState& state) {
  LongestTexts longest;
  for (const Axis& axis : state.data.sweep.axes()) {
    if (axis.kind() != AxisKind::kEntry) continue;
    std::size_t negative = 0;
    std::size_t& prompt = longest.of_axis[axis.name()];
    for (Digit digit = 0; digit < axis.size(); ++digit) {
      const NamedPrompt& entry = state.groups.find(axis.group(), axis.value(digit).text)->prompt;
      prompt = std::max(prompt, entry.prompt.size());
      negative = std::max(negative, entry.negative.empty() ? 0 : entry.negative.size() + 2);  // ", " before it
    }
    longest.negatives += negative;
  }
  return longest;
}

Status check_template(const std::string& text, const LongestTexts& longest, bool negative, const ParseState& state,
                      const std::string& key, const Place& place) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<TemplatePiece> pieces, parse_template(text));
  TROUPE_RETURN_IF_ERROR(check_template_names(pieces, state, key, place));
  std::size_t total = negative ? longest.negatives : 0;
  for (const TemplatePiece& piece : pieces) {
    const auto axis = piece.is_name ? longest.of_axis.find(piece.text) : longest.of_axis.end();
    total += !piece.is_name ? piece.text.size() : axis != longest.of_axis.end() ? axis->second : limits::kMaxNameBytes;
  }
  if (total <= limits::kMaxPromptBytes) return {};
  return Status(Code::kInvalid,
                key + " may have " + std::to_string(total) + " bytes once its names are filled; the most is " +
                    std::to_string(limits::kMaxPromptBytes),
                place);
}

Status check_stage(const StageSpec& stage, const LongestTexts& longest, ParseState& state) {
  for (const ParameterSchema& schema : find_stage_schema(stage.kind)->parameters) {
    const auto written = stage.parameter_places.find(schema.name);
    const Place& place = written == stage.parameter_places.end() ? stage.place : written->second;
    const std::string key = "chain." + stage.name + "." + schema.name;
    std::string text;
    if (const auto own = stage.parameters.find(schema.name); own != stage.parameters.end()) {
      if (own->is_string()) text = own->get<std::string>();
    } else if (schema.fallback == Fallback::kManifest) {
      const std::optional<std::string>& shared = schema.name == "prompt" ? state.data.prompt : state.data.negative;
      if (!shared && schema.name == "prompt") {
        return Status(Code::kInvalid,
                      "chain." + stage.name + " needs a prompt: write one here or at the top of the manifest",
                      stage.place);
      }
      text = shared.value_or("");
    }
    if (schema.type != ParameterType::kTemplate) continue;
    TROUPE_RETURN_IF_ERROR(check_template(text, longest, schema.name == "negative", state, key, place));
  }
  return {};
}

}  // namespace

std::vector<std::string> template_names(const ParseState& state) {
  std::vector<std::string> names = state.data.sweep.axis_names();
  for (const char* name : {"seed", "index"}) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }
  for (const StageSpec& stage : state.data.chain) {
    for (const ParameterSchema& schema : find_stage_schema(stage.kind)->parameters) {
      const std::string name = stage.name + "." + schema.name;
      if (schema.may_be_axis() && std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

Status check_template_names(const std::vector<TemplatePiece>& pieces, const ParseState& state, const std::string& key,
                            const Place& place) {
  const std::vector<std::string> known = template_names(state);
  for (const TemplatePiece& piece : pieces) {
    if (!piece.is_name || std::ranges::find(known, piece.text) != known.end()) continue;
    std::string message = key + ": unknown name {" + piece.text + "}" + did_you_mean(piece.text, known);
    const auto keys = group_keys_of(piece.text);
    if (std::ranges::any_of(keys, [&](const std::string& group) { return state.groups.has(group); })) {
      message += "; it is no axis of the sweep: add it to sweep.axes";
    }
    return Status(Code::kInvalid, message + "; known: " + join(known), place);
  }
  return {};
}

Status check_templates(ParseState& state) {
  const LongestTexts longest = measure(state);
  for (const StageSpec& stage : state.data.chain) TROUPE_RETURN_IF_ERROR(check_stage(stage, longest, state));
  return {};
}

}  // namespace troupe::manifest
