#include "worker/chain/vision/face_packs.h"

#include <algorithm>

namespace troupe::chain {
namespace {

constexpr char kKind[] = "face";

}  // namespace

Result<bool> FacePacks::has(const std::string& pack_folder) {
  TROUPE_ASSIGN_OR_RETURN(const auto pack, packs_->get(pack_folder));
  return pack->find(kKind) != nullptr;
}

Result<std::vector<ModelFile>> FacePacks::files(const std::string& pack_folder, const std::string& model,
                                                std::initializer_list<const char*> names) {
  TROUPE_ASSIGN_OR_RETURN(const auto pack, packs_->get(pack_folder));
  TROUPE_ASSIGN_OR_RETURN(const manifest::PackModel found, pack_model(*pack, kKind, model));
  const std::vector<ModelFile> all = model_files(*pack, found);
  std::vector<ModelFile> files;
  for (const char* name : names) {
    const std::string path = found.path == "." ? name : found.path + "/" + name;
    const auto file = std::ranges::find(all, path, &ModelFile::path);
    if (file == all.end()) return Status(Code::kNotFound, "the pack " + pack->name + " has no file " + path);
    files.push_back(*file);
  }
  return files;
}

Result<vision::FaceModels*> FacePacks::models(const std::string& pack_folder, const std::string& model) {
  TROUPE_ASSIGN_OR_RETURN(const auto pack, packs_->get(pack_folder));
  TROUPE_ASSIGN_OR_RETURN(const manifest::PackModel found, pack_model(*pack, kKind, model));
  const std::string folder = pack_folder + "/" + found.path;
  const auto there = std::ranges::find(loaded_, folder, &Loaded::folder);
  if (there != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, there);
  } else {
    while (loaded_.size() >= kKept) loaded_.pop_back();
    loaded_.push_front({folder, std::make_unique<vision::FaceModels>(folder, vision::make_cv_runtime())});
  }
  return loaded_.front().models.get();
}

}  // namespace troupe::chain
