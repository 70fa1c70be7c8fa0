// The stage `generate`: text to image. Private to worker/chain/torch.
#pragma once

#include <functional>
#include <memory>

#include "worker/chain/packs.h"
#include "worker/chain/stage.h"
#include "worker/chain/torch/pipeline_cache.h"

namespace troupe::chain {

// What the stages of one engine share.
struct TorchDevice {
  std::string device;              // as it was asked for
  diffusion::Placement placement;  // of dtype "auto"
  std::function<std::string(const diffusion::Placement&)> numerics_class;
  PipelineCache pipelines;
  std::shared_ptr<Packs> packs;
};

// Parameters: those of `generate` in common/manifest/stage_schema.cpp. kInvalid names one that is missing, of a wrong
// type, or of a value that is not computed here (a model of its own, compat webui). `device` outlives the stage.
Result<std::unique_ptr<Stage>> make_generate(const nlohmann::json& parameters, TorchDevice& device);

}  // namespace troupe::chain
