// Files of torch.save (.pt, .pth, .ckpt, .bin) read without executing any of them.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::diffusion {

// Whether the bytes begin like a file of torch.save: a zip archive, or the format before torch 1.6.
bool is_pickle_file(std::string_view start);

// The tensors of the nested dicts in such a file, by their keys joined with "/" ("params_ema/conv_first.weight"), as
// views of the file or, where its bytes are not aligned, of a copy; on the CPU whatever device they were saved from.
// What is no tensor (numbers, texts, optimizer settings) is passed over.
// kCorrupt with file and reason: damaged, a name that no weights need (a pickle can ask Python to run anything; none of
// it is run), tensors that reach outside their storage, no tensor at all. kTooLarge: over the limits of pickle.h, of
// pickle_zip.h, limits::kMaxCheckpointDepth or limits::kMaxCheckpointTensors.
Result<std::map<std::string, at::Tensor>> read_pickle_file(const std::string& path);

}  // namespace troupe::diffusion
