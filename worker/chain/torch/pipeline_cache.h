// Diffusion pipelines out of the cache of models. Private to worker/chain/torch.
#pragma once

#include <memory>
#include <string>

#include "common/manifest/pack_facts.h"
#include "worker/chain/frame.h"
#include "worker/chain/torch/model_cache.h"
#include "worker/diffusion/pipeline/stable_diffusion.h"

namespace troupe::chain {

// Which model, by folders: of two that are equal one is loaded.
struct PipelineKey {
  std::string pack_folder;
  std::string model;  // its folder in the pack, "." for the pack itself
  std::string vae;    // that of a VAE in the place of the model's own; "": its own
  diffusion::Placement placement;
};

struct LoadedPipeline {
  std::unique_ptr<diffusion::StableDiffusion> pipeline;
  std::string pack;               // its name
  int native_side = 0;            // pixels of the side that the model was trained at; 0 where the pack does not say
  std::vector<ModelFile> models;  // the weights' files
  std::string unet_hash;          // SHA-256 of the UNet's weights, hexadecimal: what tools call the model's hash
};

// The pipeline, loaded if it is not there; `load_seconds` grows by what that took. `facts`: of the key's pack.
// kNotFound, kCorrupt (also for a model that is not made for this), kNoSpace.
Result<std::shared_ptr<LoadedPipeline>> get_pipeline(ModelCache& models, const PipelineKey& key,
                                                     const manifest::PackFacts& facts, double& load_seconds);

}  // namespace troupe::chain
