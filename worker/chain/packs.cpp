#include "worker/chain/packs.h"

namespace troupe::chain {

Result<std::shared_ptr<const manifest::PackFacts>> Packs::get(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(folder); found != known_.end()) return found->second;
  auto facts = manifest::read_pack_facts(folder);
  if (!facts.ok()) {
    // What is wrong with a pack is the model's fault, not the job's.
    const bool input = facts.status().code() == Code::kInvalid || facts.status().code() == Code::kTooLarge;
    return input ? Status(Code::kCorrupt, facts.status().to_string()) : facts.status();
  }
  return known_[folder] = std::make_shared<const manifest::PackFacts>(std::move(facts).value());
}

Result<manifest::PackModel> pack_model(const manifest::PackFacts& pack, const std::string& kind,
                                       const std::string& name) {
  if (const manifest::PackModel* model = pack.find(kind, name)) return *model;
  std::string has;
  for (const manifest::PackModel& model : pack.list) {
    has += (has.empty() ? "" : ", ") + model.name + " (" + model.kind + ")";
  }
  const std::string wanted =
      name.empty() ? "no model of the kind " + kind : "no model \"" + name + "\" of the kind " + kind;
  return Status(Code::kNotFound, "the pack " + pack.name + " has " + wanted + "; it has: " + has);
}

std::vector<ModelFile> model_files(const manifest::PackFacts& pack, const manifest::PackModel& model) {
  std::vector<ModelFile> files;
  for (manifest::PackFile& file : pack.files_of(model)) files.push_back({std::move(file.path), file.digest});
  return files;
}

}  // namespace troupe::chain
