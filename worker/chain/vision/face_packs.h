// The face models of packs, loaded once. Private to worker/chain/vision.
#pragma once

#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "worker/chain/packs.h"
#include "worker/vision/faces/face_models.h"

namespace troupe::chain {

class FacePacks {
 public:
  explicit FacePacks(std::shared_ptr<Packs> packs) : packs_(std::move(packs)) {}

  // Whether the pack lists a model of the kind "face". Errors as Packs::get.
  Result<bool> has(const std::string& pack_folder);

  // The files of these names of a face model ("" is the pack's first), by the lock. kNotFound for one that is missing.
  Result<std::vector<ModelFile>> files(const std::string& pack_folder, const std::string& model,
                                       std::initializer_list<const char*> names);

  // kNotFound. The pointer holds until the next call.
  Result<vision::FaceModels*> models(const std::string& pack_folder, const std::string& model);

 private:
  static constexpr std::size_t kKept = 2;
  struct Loaded {
    std::string folder;
    std::unique_ptr<vision::FaceModels> models;
  };

  std::shared_ptr<Packs> packs_;
  std::list<Loaded> loaded_;  // the one used last first
};

}  // namespace troupe::chain
