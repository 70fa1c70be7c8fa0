// How much memory a GPU has, as NVIDIA's management library (NVML, which comes with the driver) tells it. The library
// is looked for when it is needed: one program serves machines with and without a GPU.
#pragma once

#include <cstdint>
#include <string>

namespace troupe::chain {

// The driver's number of what a process here knows as "cuda:index": `visible` is its CUDA_VISIBLE_DEVICES (nullptr: not
// set). -1 is unknown: hidden, or named otherwise than by number.
int driver_index(int index, const char* visible);

// Of the GPU at `index`, in the order of the PCI bus; 0 is unknown: no library, no driver, no such GPU.
std::uint64_t gpu_memory_bytes(int index, const std::string& library = "libnvidia-ml.so.1");

}  // namespace troupe::chain
