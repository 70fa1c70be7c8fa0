// What is known of the packs on this machine, read once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/manifest/pack_facts.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

// Shared by the stages of one engine; for any thread.
class Packs {
 public:
  // The facts of the folder's pack. An error (kNotFound, kCorrupt: the model's fault) is not remembered.
  Result<std::shared_ptr<const manifest::PackFacts>> get(const std::string& folder);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const manifest::PackFacts>> known_;
};

// A model of a pack for a stage: the one named, or the first of the kind for an empty name. kNotFound names the pack,
// the kind and what there is.
Result<manifest::PackModel> pack_model(const manifest::PackFacts& pack, const std::string& kind,
                                       const std::string& name);

// The files of a model that a stage loads, by the lock: for StageInputs and for the picture's provenance.
std::vector<ModelFile> model_files(const manifest::PackFacts& pack, const manifest::PackModel& model);

}  // namespace troupe::chain
