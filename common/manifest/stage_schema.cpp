#include "common/manifest/stage_schema.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/number.h"
#include "common/manifest/reader.h"
#include "common/manifest/text_template.h"

namespace troupe::manifest {
namespace {

using Type = ParameterType;

ParameterSchema integer(std::string name, int low, int high, int value) {
  return {std::move(name), Type::kInteger, Fallback::kDefault, value, double(low), double(high), {}};
}
ParameterSchema number(std::string name, double low, double high, double value) {
  return {std::move(name), Type::kNumber, Fallback::kDefault, value, low, high, {}};
}
ParameterSchema flag(std::string name, bool value) {
  return {std::move(name), Type::kFlag, Fallback::kDefault, value, 0, 0, {}};
}
ParameterSchema choice(std::string name, std::vector<std::string> choices, std::string value) {
  return {std::move(name), Type::kChoice, Fallback::kDefault, std::move(value), 0, 0, std::move(choices)};
}
ParameterSchema mask(std::string name, Fallback fallback, std::string value) {
  ParameterSchema schema{std::move(name), Type::kName, fallback, std::move(value), 0, 0, {}};
  schema.is_mask = true;
  return schema;
}
// Which of the pack's models of this kind; empty for the pack's own choice.
ParameterSchema model() {
  return {"model", Type::kName, Fallback::kDefault, "", 0, 0, {}};
}
ParameterSchema of(std::string name, Type type, Fallback fallback) {
  return {std::move(name), type, fallback, nullptr, 0, 0, {}};
}
ParameterSchema as_generate(ParameterSchema schema) {
  schema.fallback = Fallback::kGenerate;
  schema.value = nullptr;
  return schema;
}

// How pixels are sampled: of generate and, unless they say otherwise, of the stages after it.
std::vector<ParameterSchema> sampling() {
  return {
      integer("steps", 1, 1000, 20),
      choice("sampler", {"euler", "euler_a", "ddim", "dpmpp_2m"}, "dpmpp_2m"),
      choice("schedule", {"default", "karras"}, "karras"),
      number("guidance", 0, 100, 7.5),
      number("guidance_rescale", 0, 1, 0),
      number("eta", 0, 1, 0),          // of ddim
      integer("clip_skip", 0, 11, 0),  // last layers of the text encoder that are left out
      choice("dtype", {"auto", "fp32", "bf16", "fp16"}, "auto"),
      choice("compat", {"diffusers", "webui"}, "diffusers"),
  };
}

std::vector<StageSchema> make_schemas() {
  StageSchema generate{
      "generate",
      {of("size", Type::kSize, Fallback::kRequired), of("prompt", Type::kTemplate, Fallback::kManifest),
       of("negative", Type::kTemplate, Fallback::kManifest), model()}};
  StageSchema segment{"segment",
                      {of("find", Type::kTemplate, Fallback::kRequired), mask("as", Fallback::kDefault, "mask"),
                       number("threshold", 0, 1, 0.4), model()}};
  StageSchema inpaint{"inpaint",
                      {mask("mask", Fallback::kDefault, "mask"), of("prompt", Type::kTemplate, Fallback::kManifest),
                       of("negative", Type::kTemplate, Fallback::kManifest), number("strength", 0, 1, 0.8),
                       flag("strict", false),       // pixels outside the mask stay as they are
                       flag("only_masked", false),  // work on the mask's surroundings, enlarged
                       integer("padding", 0, 1024, 32), integer("feather", 0, 256, 4), model()}};
  for (const ParameterSchema& schema : sampling()) {
    generate.parameters.push_back(schema);
    inpaint.parameters.push_back(as_generate(schema));
  }
  StageSchema swap{"swap", {of("face", Type::kFace, Fallback::kRequired), model()}};
  StageSchema upscale{"upscale", {integer("factor", 1, 8, 2), model()}};
  return {generate, segment, inpaint, swap, upscale};
}

Result<nlohmann::json> read_size(const Node& node, const std::string& key) {
  std::int64_t sides[2] = {};
  const std::string what = "[width, height] in pixels, each from 1 to " + std::to_string(limits::kMaxPictureSide);
  if (node.kind == Node::Kind::kList) {
    if (node.items.size() != 2) return error_at(node, key + " takes " + what);
    for (int side = 0; side < 2; ++side) {
      TROUPE_ASSIGN_OR_RETURN(sides[side],
                              read_integer(node.items[side], key + (side == 0 ? "[0] (width)" : "[1] (height)"), 1,
                                           limits::kMaxPictureSide));
    }
    return nlohmann::json{sides[0], sides[1]};
  }
  const std::size_t by = node.text.find('x');
  if (!node.is_scalar() || by == node.text.npos) return takes(node, key, what);
  for (int side = 0; side < 2; ++side) {
    const auto pixels = parse_number<std::int64_t>(side == 0 ? std::string_view(node.text).substr(0, by)
                                                             : std::string_view(node.text).substr(by + 1));
    if (!pixels || *pixels < 1 || *pixels > limits::kMaxPictureSide) return takes(node, key, what);
    sides[side] = *pixels;
  }
  return nlohmann::json{sides[0], sides[1]};
}

Result<nlohmann::json> read_template(const Node& node, const std::string& key) {
  TROUPE_ASSIGN_OR_RETURN(std::string text, read_text(node, key, limits::kMaxPromptBytes));
  if (const auto pieces = parse_template(text); !pieces.ok()) {
    return error_at(node, key + ": " + pieces.status().message());
  }
  return nlohmann::json(std::move(text));
}

template <typename T>
Result<nlohmann::json> as_json(Result<T> result) {
  if (!result.ok()) return result.status();
  return nlohmann::json(std::move(result).value());
}

}  // namespace

const ParameterSchema* StageSchema::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &ParameterSchema::name);
  return found == parameters.end() ? nullptr : &*found;
}

std::vector<std::string> StageSchema::parameter_names() const {
  std::vector<std::string> names;
  for (const ParameterSchema& parameter : parameters) names.push_back(parameter.name);
  return names;
}

const std::vector<StageSchema>& stage_schemas() {
  static const std::vector<StageSchema> schemas = make_schemas();
  return schemas;
}

const StageSchema* find_stage_schema(std::string_view kind) {
  const auto found = std::ranges::find(stage_schemas(), kind, &StageSchema::kind);
  return found == stage_schemas().end() ? nullptr : &*found;
}

Result<nlohmann::json> read_parameter(const ParameterSchema& schema, const Node& node, const std::string& key) {
  switch (schema.type) {
    case Type::kSize: return read_size(node, key);
    case Type::kInteger:
      return as_json(
          read_integer(node, key, static_cast<std::int64_t>(schema.low), static_cast<std::int64_t>(schema.high)));
    case Type::kNumber: return as_json(read_number(node, key, schema.low, schema.high));
    case Type::kFlag: return as_json(read_flag(node, key));
    case Type::kChoice: return as_json(read_choice(node, key, schema.choices));
    case Type::kTemplate:
    case Type::kFace: return read_template(node, key);
    case Type::kName: break;
  }
  const bool unset =
      schema.fallback == Fallback::kDefault && node.kind == Node::Kind::kText && node.text == schema.value;
  return unset ? schema.value : as_json(read_name(node, key));
}

std::string parameter_text(const nlohmann::json& value) {
  if (value.is_array()) return std::to_string(value[0].get<int>()) + "x" + std::to_string(value[1].get<int>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return number_text(value.get<double>());
  if (value.is_number()) return std::to_string(value.get<std::int64_t>());
  return value.get<std::string>();
}

}  // namespace troupe::manifest
