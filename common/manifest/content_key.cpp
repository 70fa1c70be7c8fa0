#include "common/base/numerics.h"
#include "common/manifest/job.h"

namespace troupe::manifest {
namespace {

// A stage may ask for another seed, as gates do.
bool may_reseed(const Job& job) {
  for (const StageJob& stage : job.stages) {
    for (const auto& [name, value] : stage.parameters.items()) {
      if (name.starts_with("when_") && value == "reseed") return true;
    }
  }
  return false;
}

}  // namespace

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
  if (manifest.gates().any()) inputs["gates"] = nlohmann::json(gates_json(manifest.gates()));
  if (manifest.gates().any() || may_reseed(job)) inputs["reseed"] = manifest.limits().reseed;
  // A result without the score that is compared, or without the pictures that are kept, is another result.
  if (manifest.select()) inputs["score"] = manifest.select()->by;
  if (!manifest.keep().empty()) inputs["keep"] = manifest.keep();
  return sha256(inputs.dump());
}

}  // namespace troupe::manifest
