// What a manifest asks of its pack.
#include <algorithm>

#include "common/manifest/pack_facts.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

struct Value {
  nlohmann::json value;
  std::string key;  // "chain.generate.model" or "sweep.axes.generate.model"
  Place place;
};

// What a parameter of a stage may be; nothing where it comes from another stage.
std::vector<Value> values_of(const Manifest& manifest, const StageSpec& stage, const std::string& parameter) {
  const std::string name = stage.name + "." + parameter;
  std::vector<Value> values;
  if (const Axis* axis = manifest.sweep().find_axis(name)) {
    for (Digit digit = 0; digit < axis->size(); ++digit) {
      values.push_back({axis->value(digit).value, "sweep.axes." + name, manifest.axis_value_place(name, digit)});
    }
  } else if (const auto own = stage.parameters.find(parameter); own != stage.parameters.end()) {
    const auto written = stage.parameter_places.find(parameter);
    values.push_back({*own, "chain." + name, written == stage.parameter_places.end() ? stage.place : written->second});
  }
  return values;
}

Status check_size(const Value& size, const PackFacts& pack) {
  if (size.value.is_null()) return {};
  for (const nlohmann::json& value : size.value) {
    const int side = value.get<int>();
    if (side % pack.vae_scale == 0) continue;
    const int below = side / pack.vae_scale * pack.vae_scale;
    const std::string near = below > 0 ? std::to_string(below) + " or " : "";
    return Status(Code::kInvalid,
                  size.key + ": " + std::to_string(side) + " is no multiple of " + std::to_string(pack.vae_scale) +
                      ", the VAE scale of the pack " + pack.name + "; take " + near +
                      std::to_string(below + pack.vae_scale),
                  size.place);
  }
  return {};
}

// Whether the pack has the model of that kind; `what` asks for it, and an empty name means any.
Status check_model(const PackFacts& pack, const std::string& kind, const std::string& name, const std::string& what,
                   const Place& place) {
  if (pack.find(kind, name)) return {};
  std::vector<std::string> known;
  for (const PackModel& model : pack.list) {
    if (model.kind == kind) known.push_back(model.name);
  }
  const std::string lacks = known.empty() ? " has no model of the kind " + kind
                                          : " has no " + kind + " model \"" + name + "\"" + did_you_mean(name, known) +
                                                "; it has " + join(known);
  return Status(Code::kInvalid, what + ": the pack \"" + pack.name + "\"" + lacks, place);
}

// The kind of model that a stage runs; empty for none.
std::string kind_for(const StageSpec& stage) {
  if (stage.kind == "generate" || stage.kind == "inpaint") return "diffusion";
  if (stage.kind == "swap") return "face";
  if (stage.kind == "segment" && stage.parameters.at("find") == "") return "";
  return stage.kind;
}

Status check_stage(const Manifest& manifest, const StageSpec& stage, const PackFacts& pack) {
  if (stage.kind == "generate") {
    for (const Value& size : values_of(manifest, stage, "size")) TROUPE_RETURN_IF_ERROR(check_size(size, pack));
  }
  const std::string kind = kind_for(stage);
  if (pack.list.empty() || kind.empty()) return {};
  TROUPE_RETURN_IF_ERROR(check_model(pack, kind, "", "chain." + stage.name, stage.place));
  for (const Value& model : values_of(manifest, stage, "model")) {
    TROUPE_RETURN_IF_ERROR(check_model(pack, kind, model.value.get<std::string>(), model.key, model.place));
  }
  for (const Value& vae : values_of(manifest, stage, "vae")) {
    const auto name = vae.value.get<std::string>();
    if (!name.empty()) TROUPE_RETURN_IF_ERROR(check_model(pack, "vae", name, vae.key, vae.place));
  }
  return {};
}

Status check_scores(const Manifest& manifest, const PackFacts& pack) {
  const Gates& gates = manifest.gates();
  const auto needs_faces = [&](const std::string& key) {
    return check_model(pack, "face", "", key, manifest.place_of(key));
  };
  if (gates.wants_identity()) TROUPE_RETURN_IF_ERROR(needs_faces("gates.identity"));
  if (gates.faces) TROUPE_RETURN_IF_ERROR(needs_faces("gates.faces"));
  if (manifest.select() && manifest.select()->by == "identity") TROUPE_RETURN_IF_ERROR(needs_faces("select.by"));
  if (!gates.identity_auto || pack.identity_threshold) return {};
  return Status(Code::kInvalid,
                "gates.identity: auto takes the pack's threshold, but the pack \"" + pack.name +
                    "\" names none; write a number, such as 0.4",
                manifest.place_of("gates.identity"));
}

}  // namespace

Status check_pack(const Manifest& manifest, const PackFacts& pack) {
  for (const StageSpec& stage : manifest.chain()) TROUPE_RETURN_IF_ERROR(check_stage(manifest, stage, pack));
  return pack.list.empty() ? Status() : check_scores(manifest, pack);
}

}  // namespace troupe::manifest
