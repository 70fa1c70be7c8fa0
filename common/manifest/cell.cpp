#include "common/manifest/cell.h"

#include <algorithm>

namespace troupe::manifest {

ParameterSource locate_parameter(const std::vector<StageSpec>& chain, const Sweep& sweep, std::size_t stage,
                                 const ParameterSchema& schema) {
  for (std::size_t at = stage;;) {
    const StageSpec& spec = chain[at];
    if (const auto axis = sweep.axis_number(spec.name + "." + schema.name)) return {axis, nullptr};
    if (const auto found = spec.parameters.find(schema.name); found != spec.parameters.end()) return {{}, &*found};
    if (schema.fallback != Fallback::kGenerate) return {};
    do {  // a chain starts with generate, which has a value or a default for all that others take from it
      if (at == 0) return {};
      --at;
    } while (chain[at].kind != "generate");
  }
}

std::optional<ParameterSource> locate_parameter(const std::vector<StageSpec>& chain, const Sweep& sweep,
                                                std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return std::nullopt;
  const auto stage = std::ranges::find(chain, name.substr(0, dot), &StageSpec::name);
  if (stage == chain.end()) return std::nullopt;
  const ParameterSchema* schema = find_stage_schema(stage->kind)->find(name.substr(dot + 1));
  if (!schema || !schema->may_be_axis()) return std::nullopt;
  return locate_parameter(chain, sweep, static_cast<std::size_t>(stage - chain.begin()), *schema);
}

std::size_t index_width(const Sweep& sweep) {
  return std::to_string(sweep.positions() - 1).size();
}

const NamedPrompt& Cell::entry(std::size_t axis_number) const {
  const Axis& axis = data_.sweep.axes()[axis_number];
  const auto group = std::ranges::find(data_.groups, axis.group(), &PromptGroup::key);
  return *group->find(axis.value(data_.sweep.digit(index_, axis_number)).text);
}

const nlohmann::json& Cell::parameter(std::size_t stage, const ParameterSchema& schema) const {
  const ParameterSource source = locate_parameter(data_.chain, data_.sweep, stage, schema);
  return source.axis ? data_.sweep.axes()[*source.axis].value(data_.sweep.digit(index_, *source.axis)).value
                     : *source.constant;
}

std::string Cell::value_of(std::string_view name, bool prompt) const {
  if (const auto axis = data_.sweep.axis_number(name)) {
    const bool text = prompt && data_.sweep.axes()[*axis].kind() == AxisKind::kEntry;
    return text ? entry(*axis).prompt : data_.sweep.value_text(index_, *axis);
  }
  if (name == "seed") return std::to_string(data_.sweep.seed(index_));
  if (name == "index") {
    const std::string digits = std::to_string(index_);
    return prompt ? digits : std::string(index_width(data_.sweep) - digits.size(), '0') + digits;
  }
  const ParameterSource source = *locate_parameter(data_.chain, data_.sweep, name);
  return source.axis ? data_.sweep.value_text(index_, *source.axis) : parameter_text(*source.constant);
}

}  // namespace troupe::manifest
