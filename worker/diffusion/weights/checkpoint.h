// All tensors of one file of weights, in either format.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "common/base/status.h"

namespace troupe::diffusion {

// By name; a .safetensors file's own names, or those of read_pickle_file. Views of the file where that is possible:
// never write into them. The format is told by the first bytes. Errors as of both.
Result<std::map<std::string, at::Tensor>> read_checkpoint(const std::string& path);

}  // namespace troupe::diffusion
