#include "common/manifest/gates.h"

namespace troupe::manifest {

nlohmann::ordered_json gates_json(const Gates& gates) {
  auto json = nlohmann::ordered_json::object();
  if (gates.identity) json["identity"] = *gates.identity;
  if (gates.identity_auto) json["identity"] = "auto";
  if (gates.blank) json["blank"] = true;
  if (gates.sharpness) json["sharpness"] = *gates.sharpness;
  if (gates.faces) json["faces"] = {gates.faces->least, gates.faces->most};
  for (const auto& [mask, share] : gates.coverage) json["coverage"][mask] = {share.least, share.most};
  return json;
}

Result<Gates> gates_from_json(const nlohmann::json& json) {
  Gates gates;
  try {
    for (const auto& [key, value] : json.items()) {
      if (key == "identity") {
        gates.identity_auto = value == "auto";
        if (!gates.identity_auto) gates.identity = value.get<double>();
      } else if (key == "blank") {
        gates.blank = value.get<bool>();
      } else if (key == "sharpness") {
        gates.sharpness = value.get<double>();
      } else if (key == "faces") {
        gates.faces = Gates::Count{value.at(0).get<int>(), value.at(1).get<int>()};
      } else if (key == "coverage") {
        for (const auto& [mask, share] : value.items()) {
          gates.coverage[mask] = {share.at(0).get<double>(), share.at(1).get<double>()};
        }
      } else {
        return Status(Code::kInvalid, "gates: unknown key \"" + key + "\"");
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kInvalid, std::string("gates: ") + error.what());
  }
  return gates;
}

}  // namespace troupe::manifest
