#include "common/base/numerics.h"
#include "common/manifest/job.h"

namespace troupe::manifest {

Digest content_key(const Manifest& manifest, const Job& job, const Digest& pack) {
  nlohmann::json inputs;  // its keys are sorted, so that equal inputs have equal bytes
  inputs["numerics"] = kNumericsVersion;
  inputs["pack"] = pack.hex();
  inputs["address"] = job.address;
  inputs["seed"] = job.seed;
  for (const StageJob& stage : job.stages) {
    inputs["stages"].push_back({{"kind", stage.kind}, {"parameters", stage.parameters}});
  }
  for (const JobEntry& entry : job.entries) {
    nlohmann::json written{{"axis", entry.axis}, {"name", entry.name}, {"consent", entry.consent}};
    if (entry.reference) written["reference"] = entry.reference->digest.hex();
    inputs["entries"].push_back(std::move(written));
  }
  // Gates choose among seeds; without one the reseeding never happens.
  if (manifest.gates().identity) inputs["gates"]["identity"] = *manifest.gates().identity;
  if (manifest.gates().blank) inputs["gates"]["blank"] = true;
  if (manifest.gates().any()) inputs["reseed"] = manifest.limits().reseed;
  return sha256(inputs.dump());
}

}  // namespace troupe::manifest
