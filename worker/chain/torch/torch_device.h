// What the stages of one engine share. Private to worker/chain/torch.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "worker/chain/face_finder.h"
#include "worker/chain/packs.h"
#include "worker/chain/torch/pipeline_cache.h"

namespace troupe::chain {

struct TorchDevice {
  std::string device;              // as it was asked for
  diffusion::Placement placement;  // of dtype "auto"
  std::function<std::string(const diffusion::Placement&)> numerics_class;
  ModelCache models;
  std::shared_ptr<Packs> packs;
  std::shared_ptr<FaceFinder> faces;  // null in an engine that finds none
};

}  // namespace troupe::chain
