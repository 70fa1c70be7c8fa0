// Models that were used last stay loaded. Private to worker/chain/torch.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "common/manifest/pack_facts.h"
#include "worker/chain/frame.h"
#include "worker/diffusion/pipeline/stable_diffusion.h"

namespace troupe::chain {

struct LoadedPipeline {
  std::string pack_folder;
  diffusion::Placement placement;
  std::unique_ptr<diffusion::StableDiffusion> pipeline;
  std::string pack;               // its name
  std::vector<ModelFile> models;  // the weights' files
  std::string unet_hash;          // SHA-256 of the UNet's weights, hexadecimal: what tools call the model's hash
};

class PipelineCache {
 public:
  // The pipeline of the pack, loaded if it is not there; `load_seconds` is what that took. kNotFound, kCorrupt (also
  // for a pack that is not made for this), kNoSpace. The pointer holds until the next call.
  Result<const LoadedPipeline*> get(const std::string& pack_folder, const diffusion::Placement& placement,
                                    double& load_seconds);
  // All but the one used last: memory ran out.
  void drop_others();

 private:
  static constexpr std::size_t kKept = 2;
  std::list<LoadedPipeline> loaded_;  // the one used last first
};

}  // namespace troupe::chain
