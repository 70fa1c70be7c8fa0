// The stage `inpaint`: what a mask covers, painted anew. Private to worker/chain/torch.
#pragma once

#include <memory>

#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

// Parameters: those of `inpaint` in common/manifest/stage_schema.cpp. kInvalid names one that is of a wrong type or of
// a value that is not computed here. `device` outlives the stage.
//
// A mask of another size than the picture (made before an upscale, say) is brought to the picture's by nearest
// neighbour; 128 and above is repainted. With protect_face the boxes of the faces that device.faces finds are taken out
// of it. With `strict` every pixel outside of what is left is the same before and after; where nothing is left so is
// the whole picture.
//
// What it did is in metadata["stages"][its name]: result (painted, skipped), coverage (share of the picture), faces
// (protected; null where there is no model to find them), area [x, y, width, height] of the picture and size
// [width, height] that the model worked at.
Result<std::unique_ptr<Stage>> make_inpaint(const nlohmann::json& parameters, TorchDevice& device);

}  // namespace troupe::chain
