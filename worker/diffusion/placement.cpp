#include "worker/diffusion/placement.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <cpuid.h>

#include <algorithm>
#include <chrono>

#include "worker/diffusion/torch_errors.h"

namespace troupe::diffusion {
namespace {

// AVX512-BF16: leaf 7.1 EAX bit 5. AMX-BF16: leaf 7.0 EDX bit 22.
bool cpu_has_bf16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1)) return true;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
#else
  return false;
#endif
}

// Seconds of one 3x3 convolution of the size that a UNet's middle levels have: the best of three after a warm-up.
double convolution_seconds(at::ScalarType dtype) {
  const auto options = at::TensorOptions().dtype(dtype);
  const at::Tensor map = at::ones({1, 128, 32, 32}, options).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = at::ones({128, 128, 3, 3}, options).contiguous(at::MemoryFormat::ChannelsLast);
  double best = 1e9;
  for (int round = 0; round < 4; ++round) {
    const auto start = std::chrono::steady_clock::now();
    at::conv2d(map, weight, {}, 1, 1);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (round > 0) best = std::min(best, seconds);
  }
  return best;
}

bool bf16_pays_on_this_cpu() {
  if (!cpu_has_bf16()) return false;
  return convolution_seconds(at::kBFloat16) * 1.5 <= convolution_seconds(at::kFloat);
}

Result<c10::Device> resolve_device(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  if (name == "auto") return c10::Device(at::hasCUDA() ? c10::kCUDA : c10::kCPU, at::hasCUDA() ? 0 : -1);
  const bool numbered = name.size() == 6 && name.rfind("cuda:", 0) == 0 && name[5] >= '0' && name[5] <= '9';
  if (name != "cuda" && !numbered) {
    return Status(Code::kInvalid, "unknown device \"" + name + "\"; known are cpu, cuda, cuda:0 to cuda:9 and auto");
  }
  const int index = numbered ? name[5] - '0' : 0;
  const auto count = static_cast<int>(at::getNumGPUs());
  if (index >= count) {
    return Status(Code::kUnavailable,
                  "no device " + name + ": libtorch sees " + std::to_string(count) + " CUDA devices");
  }
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

Result<c10::ScalarType> resolve_dtype(const std::string& name, const c10::Device& device) {
  if (name == "auto") {
    if (device.is_cuda()) return c10::kHalf;
    return catch_torch("timing a bf16 convolution",
                       [] { return bf16_pays_on_this_cpu() ? c10::kBFloat16 : c10::kFloat; });
  }
  if (name == "fp32") return c10::kFloat;
  if (name != "bf16" && name != "fp16") {
    return Status(Code::kInvalid, "unknown dtype \"" + name + "\"; known are fp32, bf16, fp16 and auto");
  }
  if (name == "fp16" && device.is_cpu()) {
    return Status(Code::kInvalid, "dtype fp16 needs a CUDA device; on the CPU use fp32 or auto");
  }
  if (name == "bf16" && device.is_cpu() && !cpu_has_bf16()) {
    return Status(Code::kInvalid,
                  "dtype bf16: this CPU has no instructions for it (AMX-BF16 or AVX512-BF16); use fp32 or auto");
  }
  return name == "bf16" ? c10::kBFloat16 : c10::kHalf;
}

}  // namespace

Result<Placement> resolve_placement(const std::string& device, const std::string& dtype) {
  Placement placement;
  TROUPE_ASSIGN_OR_RETURN(placement.device, resolve_device(device));
  TROUPE_ASSIGN_OR_RETURN(placement.dtype, resolve_dtype(dtype, placement.device));
  return placement;
}

const char* dtype_name(c10::ScalarType dtype) {
  switch (dtype) {
    case c10::kHalf: return "fp16";
    case c10::kBFloat16: return "bf16";
    default: return "fp32";
  }
}

}  // namespace troupe::diffusion
