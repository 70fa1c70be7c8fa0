// What jobs need of a device's memory.
#pragma once

#include <cstdint>
#include <string>

namespace troupe::chain {

// The most bytes of the device ("cuda", "cuda:1", "auto") that libtorch had in use at a time since the last call,
// models that stay loaded among them. 0 where that is not known: of the CPU, whose memory is everybody's, and of a GPU
// before its first use.
std::uint64_t take_peak_memory(const std::string& device);

}  // namespace troupe::chain
