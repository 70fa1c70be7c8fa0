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
  kSize,       // [width, height] in pixels; "128x192" as text
  kInteger,    // low..high, or one of `choices` where there are any
  kNumber,     // low..high
  kFlag,       // true or false
  kChoice,     // one of `choices`
  kName,       // of a model
  kMaskMade,   // name that a stage gives to the mask it makes
  kMaskUsed,   // name of a mask that an earlier stage makes; may be empty where that is the default
  kBox,        // [left, top, width, height] as shares of the picture, 0 to 1
  kTemplate,   // text with names in braces
  kFace,       // "{axis}" of named prompts with a reference, or the name of a character with one
  kReference,  // the same of any group; may be empty
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
  nlohmann::json value = nullptr;  // of kDefault; null for a parameter that may be absent
  double low = 0;
  double high = 0;
  std::vector<std::string> choices = {};
  bool fixed = false;  // decides what the stage needs, so that all cells have the same

  // Null stands for "not given".
  bool optional() const { return fallback == Fallback::kDefault && value.is_null(); }
  // Values of templates may hold anything and masks tie stages together; all others fit into addresses and file names.
  bool may_be_axis() const;
};

struct StageSchema {
  std::string kind;
  std::vector<ParameterSchema> parameters;
  const ParameterSchema* find(std::string_view name) const;
  std::vector<std::string> parameter_names() const;
};

// Of an upscale stage that is given neither factor nor size.
inline constexpr int kDefaultFactor = 2;

const std::vector<StageSchema>& stage_schemas();
// Null when there is no such kind.
const StageSchema* find_stage_schema(std::string_view kind);

// The value of a parameter, checked, in the one form that everything downstream sees: whole numbers for kInteger,
// floats for kNumber and kBox, [width, height] for kSize, text otherwise; null where the parameter is optional and not
// given. Templates are checked for their braces only.
Result<nlohmann::json> read_parameter(const ParameterSchema& schema, const Node& node, const std::string& key);
// As addresses spell it: "20", "4.5", "128x192", "true", "euler"; "none" for one that is not given.
std::string parameter_text(const nlohmann::json& value);

}  // namespace troupe::manifest
