// A pack's model_index.json: which pipeline and which classes its parts are of.
#pragma once

#include <string>

#include "common/base/status.h"

namespace troupe::diffusion {

// kNotFound, kCorrupt, or kInvalid (with the class that was found and those that are known) unless folder holds a
// pipeline of Stable Diffusion 1.x: text to image, image to image or inpainting.
Status check_pack_index(const std::string& folder);

}  // namespace troupe::diffusion
