// A management library of a machine with two GPUs, of 24 and 80 GiB: what the driver's would say.
namespace {

struct Memory {
  unsigned long long total, free, used;
};

constexpr unsigned long long kGibibyte = 1ull << 30;
constexpr int kNotFound = 6;
unsigned long long totals[] = {24 * kGibibyte, 80 * kGibibyte};
bool is_open = false;

}  // namespace

extern "C" {

int nvmlInit_v2() {
  is_open = true;
  return 0;
}

int nvmlShutdown() {
  is_open = false;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  if (!is_open || index >= 2) return kNotFound;
  *device = &totals[index];
  return 0;
}

int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  *memory = {*static_cast<unsigned long long*>(device), 0, 0};
  return 0;
}
}
