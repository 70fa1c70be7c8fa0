#include "worker/chain/gpu_memory.h"

#include <dlfcn.h>

#include <charconv>
#include <memory>
#include <sstream>

namespace troupe::chain {
namespace {

// As nvml.h declares them; the driver keeps these names and layouts.
struct NvmlMemory {
  unsigned long long total, free, used;
};
using NvmlDevice = struct NvmlDeviceBehind*;
constexpr int kNvmlSuccess = 0;

struct Close {
  void operator()(void* library) const { ::dlclose(library); }
};

class Nvml {
 public:
  explicit Nvml(const std::string& path) : library_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library_) return;
    find("nvmlShutdown", shutdown_);
    find("nvmlDeviceGetHandleByIndex_v2", device_);
    find("nvmlDeviceGetMemoryInfo", memory_);
    int (*init)() = nullptr;
    find("nvmlInit_v2", init);
    ready_ = init && shutdown_ && device_ && memory_ && init() == kNvmlSuccess;
  }
  ~Nvml() {
    if (ready_) shutdown_();
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  std::uint64_t total_bytes(unsigned index) const {
    NvmlDevice device = nullptr;
    NvmlMemory memory{};
    if (!ready_ || device_(index, &device) != kNvmlSuccess || memory_(device, &memory) != kNvmlSuccess) return 0;
    return memory.total;
  }

 private:
  template <typename Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(::dlsym(library_.get(), name));
  }

  std::unique_ptr<void, Close> library_;
  int (*shutdown_)() = nullptr;
  int (*device_)(unsigned, NvmlDevice*) = nullptr;
  int (*memory_)(NvmlDevice, NvmlMemory*) = nullptr;
  bool ready_ = false;
};

}  // namespace

int driver_index(int index, const char* visible) {
  if (!visible || index < 0) return index;
  std::istringstream list(visible);
  std::string item;
  for (int at = 0; std::getline(list, item, ','); ++at) {
    int number = -1;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), number);
    if (error != std::errc() || end != item.data() + item.size()) return -1;  // CUDA too stops at the first such
    if (at == index) return number;
  }
  return -1;
}

std::uint64_t gpu_memory_bytes(int index, const std::string& library) {
  return index < 0 ? 0 : Nvml(library).total_bytes(static_cast<unsigned>(index));
}

}  // namespace troupe::chain
