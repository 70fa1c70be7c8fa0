// What names and parameters stand for in one cell. Inside this library only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/manifest/manifest_data.h"
#include "common/manifest/stage_schema.h"

namespace troupe::manifest {

// Where a parameter's value comes from: an axis, or a constant of the chain. Neither for what the manifest itself
// gives.
struct ParameterSource {
  std::optional<std::size_t> axis;  // number in sweep.axes()
  const nlohmann::json* constant = nullptr;
};
ParameterSource locate_parameter(const std::vector<StageSpec>& chain, const Sweep& sweep, std::size_t stage,
                                 const ParameterSchema& schema);
// The same for "generate.guidance"; nothing when there is no such stage or parameter, or it cannot be an axis.
std::optional<ParameterSource> locate_parameter(const std::vector<StageSpec>& chain, const Sweep& sweep,
                                                std::string_view name);

// Digits of an index that is padded with zeros, as output paths write it.
std::size_t index_width(const Sweep& sweep);

class Cell {
 public:
  Cell(const Manifest::Data& data, JobIndex index) : data_(data), index_(index) {}

  // What a name in braces becomes: in prompts a named prompt's text, in paths its name. The name is known to be good.
  std::string in_prompt(std::string_view name) const { return value_of(name, true); }
  std::string in_path(std::string_view name) const { return value_of(name, false); }
  // The named prompt of an axis of kind kEntry.
  const NamedPrompt& entry(std::size_t axis) const;
  const nlohmann::json& parameter(std::size_t stage, const ParameterSchema& schema) const;

 private:
  std::string value_of(std::string_view name, bool prompt) const;
  const Manifest::Data& data_;
  JobIndex index_;
};

}  // namespace troupe::manifest
