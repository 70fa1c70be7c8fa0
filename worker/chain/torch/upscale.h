// The stage `upscale`: the picture, and its masks, enlarged. Private to worker/chain/torch.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

// Parameters: those of `upscale` in common/manifest/stage_schema.cpp; exactly one of factor (1 to 8) and size. kInvalid
// names one that is missing, of a wrong type or value. `device` outlives the stage.
//
// The network enlarges by its own scale, a plain filter brings the result to the size that is asked for. Masks take the
// nearest pixel. Where memory runs out other models are dropped, then tiles halved down to kLeastTile.
// metadata["stages"][name]: from, to ([width, height]), scale (the network's) and tile.
Result<std::unique_ptr<Stage>> make_upscale(const nlohmann::json& parameters, TorchDevice& device);

}  // namespace troupe::chain
