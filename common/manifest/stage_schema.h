// Which stages there are and what each takes: the one table that the parser, the decoder and the documents follow.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/document.h"

namespace troupe::manifest {

enum class ParameterType {
  kSize,      // [width, height] in pixels; "128x192" as text
  kInteger,   // low..high
  kNumber,    // low..high
  kFlag,      // true or false
  kChoice,    // one of `choices`
  kName,      // of a mask or a model
  kTemplate,  // text with names in braces
  kFace,      // "{axis}" of named prompts with a reference, or the name of a character
};

// Where a parameter comes from when neither the chain nor an axis gives it.
enum class Fallback {
  kDefault,   // `value`
  kRequired,  // an error
  kGenerate,  // the nearest generate stage before this one
  kManifest,  // the manifest's own prompt or negative
};

struct ParameterSchema {
  std::string name;
  ParameterType type;
  Fallback fallback;
  nlohmann::json value;  // of kDefault
  double low = 0;
  double high = 0;
  std::vector<std::string> choices;

  // Values of templates may hold anything; all others fit into addresses and file names.
  bool may_be_axis() const { return type != ParameterType::kTemplate && type != ParameterType::kFace && !is_mask; }
  bool is_mask = false;  // names a mask: `as` makes it, `mask` uses it
};

struct StageSchema {
  std::string kind;
  std::vector<ParameterSchema> parameters;
  const ParameterSchema* find(std::string_view name) const;
  std::vector<std::string> parameter_names() const;
};

const std::vector<StageSchema>& stage_schemas();
// Null when there is no such kind.
const StageSchema* find_stage_schema(std::string_view kind);

// The value of a parameter, checked, in the one form that everything downstream sees: whole numbers for kInteger,
// floats for kNumber, [width, height] for kSize, text otherwise. Templates are checked for their braces only.
Result<nlohmann::json> read_parameter(const ParameterSchema& schema, const Node& node, const std::string& key);
// As addresses spell it: "20", "4.5", "128x192", "true", "euler".
std::string parameter_text(const nlohmann::json& value);

}  // namespace troupe::manifest
