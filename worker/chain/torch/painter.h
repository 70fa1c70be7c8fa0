// A pack's diffusion model at work for a stage. Private to worker/chain/torch.
#pragma once

#include "worker/chain/torch/sampling.h"

namespace troupe::chain {

// A stage makes one for its run and drops it. Errors as a Stage's; a model or VAE that the parameters name and the pack
// lacks is the job's fault, kInvalid.
class Painter {
 public:
  // Files by the lock, seeded, numerics class: what every stage of diffusion says in inputs().
  static Result<StageInputs> inputs(const StageContext& context, const Sampling& sampling, const TorchDevice& device);

  // Loads the model. All arguments outlive the painter.
  static Result<Painter> make(StageContext& context, const Sampling& sampling, TorchDevice& device);

  int size_multiple() const { return loaded_->pipeline->size_multiple(); }
  // The side in pixels that the model was trained at; 0 where the pack does not say.
  int native_side() const { return loaded_->native_side; }

  // One picture of request.seeds' first seed: [H, W, 3]. Tells the context's sink of each step; tries again with other
  // models dropped when memory runs out.
  Result<picture::Picture> paint(const diffusion::DiffusionRequest& request);

  // Adds the model's files to the frame, and what is worth knowing of the last picture to `about`.
  void describe(Frame& frame, nlohmann::ordered_json& about) const;
  const LoadedPipeline& loaded() const { return *loaded_; }

 private:
  Painter(StageContext& context, TorchDevice& device, std::shared_ptr<const LoadedPipeline> loaded)
      : context_(&context), device_(&device), loaded_(std::move(loaded)) {}

  StageContext* context_;
  TorchDevice* device_;
  std::shared_ptr<const LoadedPipeline> loaded_;
  std::int64_t dropped_tokens_ = 0;
};

}  // namespace troupe::chain
