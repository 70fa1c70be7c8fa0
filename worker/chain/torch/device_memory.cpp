#include "worker/chain/torch/device_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/Device.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace troupe::chain {

std::uint64_t take_peak_memory(const std::string& device) {
  if (device == "cpu") return 0;
  try {
    const c10::Device place(device == "auto" ? "cuda" : device);
    auto* allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(place.type()));
    if (!allocator || !allocator->initialized()) return 0;
    const c10::DeviceIndex index = std::max<c10::DeviceIndex>(place.index(), 0);
    const auto stats = allocator->getDeviceStats(index);
    allocator->resetPeakStats(index);
    const auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(stats.allocated_bytes[all].peak, 0));
  } catch (const c10::Error&) {
    return 0;  // there is no such device: the job itself will say so
  }
}

}  // namespace troupe::chain
