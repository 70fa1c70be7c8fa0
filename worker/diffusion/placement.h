// Where and in which precision a model computes.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>

#include "common/base/status.h"

namespace troupe::diffusion {

struct Placement {
  c10::Device device{c10::kCPU};
  c10::ScalarType dtype = c10::kFloat;  // kFloat, kBFloat16 or kHalf
};

// device: "cpu", "cuda", "cuda:1" or "auto" (cuda where libtorch sees a GPU, else cpu).
// dtype: "fp32", "bf16", "fp16" or "auto". auto is fp16 on CUDA; on the CPU it is bf16 where the CPU has instructions
// for it (AMX-BF16 or AVX512-BF16) and a small convolution, timed here, is at least 1.5 times as fast in bf16; else
// fp32. kInvalid for an unknown word, and for a dtype that the device cannot compute at a usable speed (fp16 on the
// CPU; bf16 on a CPU without instructions for it, where one convolution may take 400 times as long as in fp32).
// kUnavailable when there is no such device.
Result<Placement> resolve_placement(const std::string& device, const std::string& dtype);

// "fp32", "bf16" or "fp16".
const char* dtype_name(c10::ScalarType dtype);

}  // namespace troupe::diffusion
