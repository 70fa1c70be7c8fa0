#include "worker/chain/stage_key.h"

#include "common/base/numerics.h"

namespace troupe::chain {

Digest stage_key(const manifest::StageJob& stage, const StageInputs& inputs, const std::optional<Digest>& upstream,
                 const std::optional<std::uint32_t>& seed) {
  // Its keys are sorted, so that equal inputs have equal bytes.
  nlohmann::json json{{"numerics", kNumericsVersion},
                      {"kind", stage.kind},
                      {"name", stage.name},
                      {"parameters", stage.parameters},
                      {"stage_numerics", inputs.numerics_version},
                      {"class", inputs.numerics_class},
                      {"files", nlohmann::json::array()},
                      {"references", nlohmann::json::array()}};
  for (const ModelFile& file : inputs.files) json["files"].push_back({file.path, file.digest.hex()});
  for (const Digest& reference : inputs.references) json["references"].push_back(reference.hex());
  if (upstream) json["upstream"] = upstream->hex();
  if (seed) json["seed"] = *seed;
  return sha256(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace troupe::chain
