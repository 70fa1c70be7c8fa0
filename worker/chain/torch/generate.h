// The stage `generate`: a picture from a text, or from a text and the picture so far. Private to worker/chain/torch.
#pragma once

#include <memory>

#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

// Parameters: those of `generate` in common/manifest/stage_schema.cpp. kInvalid names one that is missing, of a wrong
// type, or of a value that is not computed here. `device` outlives the stage.
Result<std::unique_ptr<Stage>> make_generate(const nlohmann::json& parameters, TorchDevice& device);

}  // namespace troupe::chain
