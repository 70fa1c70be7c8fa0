#include "common/manifest/stage_schema.h"

#include <algorithm>
#include <limits>

namespace troupe::manifest {
namespace {

using Type = ParameterType;

ParameterSchema integer(std::string name, std::int64_t low, std::int64_t high, std::int64_t value) {
  return {std::move(name), Type::kInteger, Fallback::kDefault, value, double(low), double(high)};
}
ParameterSchema number(std::string name, double low, double high, double value) {
  return {std::move(name), Type::kNumber, Fallback::kDefault, value, low, high};
}
ParameterSchema flag(std::string name, bool value) {
  return {std::move(name), Type::kFlag, Fallback::kDefault, value};
}
ParameterSchema choice(std::string name, std::vector<std::string> choices, std::string value) {
  return {std::move(name), Type::kChoice, Fallback::kDefault, std::move(value), 0, 0, std::move(choices)};
}
// One with a default that is a text.
ParameterSchema text(std::string name, Type type, std::string value = "") {
  return {std::move(name), type, Fallback::kDefault, std::move(value)};
}
// One without a default.
ParameterSchema of(std::string name, Type type, Fallback fallback) {
  return {std::move(name), type, fallback};
}
ParameterSchema as_generate(ParameterSchema schema) {
  schema.fallback = Fallback::kGenerate;
  schema.value = nullptr;
  return schema;
}
ParameterSchema fixed(ParameterSchema schema) {
  schema.fixed = true;
  return schema;
}

// What a stage does with a result that has a name: fail the job, pass the picture on as it is, or try another seed.
ParameterSchema on(std::string name) {
  return choice(std::move(name), {"fail", "skip", "reseed"}, "fail");
}
// Which of the pack's models of the stage's kind; empty for the first of them.
ParameterSchema model() {
  return text("model", Type::kName);
}

// How pixels are sampled: of generate and, unless they say otherwise, of the stages after it.
std::vector<ParameterSchema> sampling() {
  return {
      model(),
      text("vae", Type::kName),  // one of the pack's; empty for the model's own
      integer("steps", 1, 1000, 20),
      choice("sampler", {"euler", "euler_a", "ddim", "dpmpp_2m", "pndm"}, "dpmpp_2m"),
      choice("schedule", {"default", "karras"}, "karras"),
      number("guidance", 0, 100, 7.5),
      number("guidance_rescale", 0, 1, 0),
      number("eta", 0, 1, 0),          // of ddim
      integer("clip_skip", 0, 11, 0),  // last layers of the text encoder that are left out
      choice("dtype", {"auto", "fp32", "bf16", "fp16"}, "auto"),
      choice("compat", {"diffusers", "webui"}, "diffusers"),
  };
}

StageSchema generate() {
  StageSchema stage{
      "generate",
      {of("size", Type::kSize, Fallback::kDefault),  // may be absent with from: previous
       of("prompt", Type::kTemplate, Fallback::kManifest), of("negative", Type::kTemplate, Fallback::kManifest),
       fixed(choice("from", {"", "previous"}, "")),  // noise alone, or the picture so far
       number("strength", 0, 1, 0.75),               // of from: previous
       number("variation", 0, 1, 0),                 // share of the noise that comes from subseed
       integer("subseed", 0, std::numeric_limits<std::uint32_t>::max(), 0)}};
  std::ranges::copy(sampling(), std::back_inserter(stage.parameters));
  return stage;
}

StageSchema segment() {
  return {"segment",
          {text("find", Type::kTemplate), of("box", Type::kBox, Fallback::kDefault),
           text("as", Type::kMaskMade, "mask"), number("threshold", 0, 1, 0.4), integer("grow", -64, 64, 0),
           integer("feather", 0, 256, 0), flag("largest", false), text("union", Type::kMaskUsed),
           text("subtract", Type::kMaskUsed), flag("invert", false), on("when_empty"), on("when_whole"), model()}};
}

StageSchema inpaint() {
  StageSchema stage{
      "inpaint",
      {text("mask", Type::kMaskUsed, "mask"), of("prompt", Type::kTemplate, Fallback::kManifest),
       of("negative", Type::kTemplate, Fallback::kManifest), number("strength", 0, 1, 0.8),
       flag("strict", false),                                      // pixels outside the mask stay as they are
       flag("only_masked", false),                                 // work on the mask's surroundings, enlarged
       integer("context_px", 0, 1024, 32),                         // of the surroundings that it sees then
       integer("feather", 0, 256, 4), flag("protect_face", true),  // faces are taken out of the mask
       choice("fill", {"original", "noise", "blank", "reference"}, "original"), text("reference", Type::kReference)}};
  for (const ParameterSchema& schema : sampling()) stage.parameters.push_back(as_generate(schema));
  return stage;
}

StageSchema swap() {
  ParameterSchema boost = integer("boost", 1, 4, 1);  // the swapper's side times this
  boost.choices = {"1", "2", "4"};
  return {"swap",
          {of("face", Type::kFace, Fallback::kRequired),
           choice("which", {"largest", "left", "right", "best"}, "largest"),  // the order that nth counts in
           integer("nth", 0, 63, 0), flag("all", false), number("weight", 0, 1, 0.5), boost, flag("colour", false),
           on("when_no_face"), model()}};
}

StageSchema upscale() {
  ParameterSchema factor = integer("factor", 1, 8, 0);
  factor.value = nullptr;  // kDefaultFactor where there is no size either
  return {"upscale",
          {factor, of("size", Type::kSize, Fallback::kDefault), integer("tile", 64, 4096, 512),
           integer("overlap", 0, 512, 32), model()}};
}

}  // namespace

bool ParameterSchema::may_be_axis() const {
  switch (type) {
    case Type::kMaskMade:
    case Type::kMaskUsed:
    case Type::kBox:
    case Type::kTemplate:
    case Type::kFace:
    case Type::kReference: return false;
    default: return !fixed;
  }
}

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
  static const std::vector<StageSchema> schemas = {generate(), segment(), inpaint(), swap(), upscale()};
  return schemas;
}

const StageSchema* find_stage_schema(std::string_view kind) {
  const auto found = std::ranges::find(stage_schemas(), kind, &StageSchema::kind);
  return found == stage_schemas().end() ? nullptr : &*found;
}

}  // namespace troupe::manifest
