// Values of stage parameters: reading and spelling.
#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/number.h"
#include "common/manifest/reader.h"
#include "common/manifest/stage_schema.h"
#include "common/manifest/text_template.h"

namespace troupe::manifest {
namespace {

using Type = ParameterType;

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
  } else {
    const std::size_t by = node.text.find('x');
    if (!node.is_scalar() || by == node.text.npos) return takes(node, key, what);
    for (int side = 0; side < 2; ++side) {
      const auto pixels = parse_number<std::int64_t>(side == 0 ? std::string_view(node.text).substr(0, by)
                                                               : std::string_view(node.text).substr(by + 1));
      if (!pixels || *pixels < 1 || *pixels > limits::kMaxPictureSide) return takes(node, key, what);
      sides[side] = *pixels;
    }
  }
  if (sides[0] * sides[1] > limits::kMaxPicturePixels) {
    return error_at(node, key + ": " + std::to_string(sides[0]) + " x " + std::to_string(sides[1]) +
                              " pixels are more than the " + std::to_string(limits::kMaxPicturePixels >> 20) +
                              " million that a picture may have");
  }
  return nlohmann::json{sides[0], sides[1]};
}

Result<nlohmann::json> read_box(const Node& node, const std::string& key) {
  const std::string what = "[left, top, width, height] as shares of the picture, such as [0.25, 0.5, 0.5, 0.5]";
  if (node.kind != Node::Kind::kList || node.items.size() != 4) return takes(node, key, what);
  static constexpr const char* kParts[4] = {"[0] (left)", "[1] (top)", "[2] (width)", "[3] (height)"};
  double box[4] = {};
  for (std::size_t part = 0; part < 4; ++part) {
    TROUPE_ASSIGN_OR_RETURN(box[part], read_number(node.items[part], key + kParts[part], 0, 1));
  }
  constexpr double kRounding = 1e-9;  // 0.7 + 0.3 may be more than 1
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string name = side == 0 ? "wide" : "high";
    if (box[side + 2] <= 0) return error_at(node.items[side + 2], key + ": the box is 0 " + name);
    if (box[side] + box[side + 2] > 1 + kRounding) {
      return error_at(node, key + ": the box ends at " + number_text(box[side] + box[side + 2]) + " of the picture's " +
                                (side == 0 ? "width" : "height") + "; the most is 1");
    }
  }
  return nlohmann::json(std::vector<double>(box, box + 4));
}

Result<nlohmann::json> read_integer_value(const ParameterSchema& schema, const Node& node, const std::string& key) {
  if (!schema.choices.empty() && std::ranges::find(schema.choices, node.text) == schema.choices.end()) {
    return takes(node, key, "one of " + join(schema.choices));
  }
  TROUPE_ASSIGN_OR_RETURN(const std::int64_t value, read_integer(node, key, static_cast<std::int64_t>(schema.low),
                                                                 static_cast<std::int64_t>(schema.high)));
  return nlohmann::json(value);
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

Result<nlohmann::json> read_parameter(const ParameterSchema& schema, const Node& node, const std::string& key) {
  if (schema.optional() && node.kind == Node::Kind::kNull) return nlohmann::json(nullptr);
  switch (schema.type) {
    case Type::kSize: return read_size(node, key);
    case Type::kBox: return read_box(node, key);
    case Type::kInteger: return read_integer_value(schema, node, key);
    case Type::kNumber: return as_json(read_number(node, key, schema.low, schema.high));
    case Type::kFlag: return as_json(read_flag(node, key));
    case Type::kChoice: return as_json(read_choice(node, key, schema.choices));
    case Type::kTemplate:
    case Type::kFace:
    case Type::kReference: return read_template(node, key);
    case Type::kName:
    case Type::kMaskMade:
    case Type::kMaskUsed: break;
  }
  const bool unset = schema.fallback != Fallback::kRequired && node.kind == Node::Kind::kText && node.text.empty() &&
                     (schema.fallback == Fallback::kGenerate || schema.value == "");
  return unset ? nlohmann::json("") : as_json(read_name(node, key));
}

std::string parameter_text(const nlohmann::json& value) {
  if (value.is_null()) return "none";
  if (value.is_array()) return std::to_string(value[0].get<int>()) + "x" + std::to_string(value[1].get<int>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return number_text(value.get<double>());
  if (value.is_number()) return std::to_string(value.get<std::int64_t>());
  return value.get<std::string>();
}

}  // namespace troupe::manifest
