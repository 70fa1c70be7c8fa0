// What the stages of the smaller models share. Private to worker/chain/torch.
#pragma once

#include <memory>
#include <string>

#include "worker/chain/stage.h"
#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

// A model of a pack by its kind and, where the parameters say one, its name.
struct ChosenModel {
  manifest::PackModel model;
  std::string path;  // of its folder or file on this machine
  std::vector<ModelFile> files;
};

// kInvalid for a name that the pack does not have, kNotFound for a pack without a model of the kind.
Result<ChosenModel> choose_model(const StageContext& context, const TorchDevice& device, const char* kind,
                                 const std::string& name);

// On the CPU fp32: such models are quick, and a rounded mask or tint would show.
diffusion::Placement exact_on_cpu(const diffusion::Placement& placement);

// kCancelled when the sink says so.
Status progress(const StageContext& context, int step, int steps);

// The model's files, each once in the frame.
void add_models(Frame& frame, const std::vector<ModelFile>& files);

}  // namespace troupe::chain
