// The stages that libtorch computes: generate, inpaint.
#pragma once

#include <memory>
#include <string>

#include "worker/chain/face_finder.h"
#include "worker/chain/packs.h"
#include "worker/chain/stage.h"

namespace troupe::chain {

struct TorchOptions {
  std::string device = "cpu";  // "cpu", "cuda", "cuda:1", "auto"
  std::string dtype = "auto";  // of jobs that say "auto" themselves
  int threads = 0;             // of the CPU; 0 leaves what libtorch takes
};

class TorchStages : public StageMaker {
 public:
  // Once in a process: sets libtorch's threads. `faces` may be null: then inpaint protects none, and says so. kInvalid
  // or kUnavailable for a device or dtype that there is not.
  static Result<std::unique_ptr<TorchStages>> make(const TorchOptions& options, std::shared_ptr<Packs> packs,
                                                   std::shared_ptr<FaceFinder> faces = nullptr);

  // For people.
  virtual std::string device_name() const = 0;
  // Of jobs whose dtype is "auto": numerics version, libtorch, CPU vendor/family/model or GPU name and cuDNN, dtype,
  // threads, batch. Inside one class equal inputs give equal pixels.
  virtual std::string numerics_class() const = 0;
};

}  // namespace troupe::chain
