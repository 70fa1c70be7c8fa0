// What this machine's devices are, as the kernel tells it: for people, and for the numerics class.
#pragma once

#include <cstdint>
#include <string>

namespace troupe::chain {

// "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"; "unknown CPU" where the kernel does not say.
std::string cpu_name();
// "GenuineIntel/6/143": vendor, family, model.
std::string cpu_class();
// "NVIDIA H100 80GB HBM3"; "unknown GPU" where the driver does not say. `index` counts as the driver does.
std::string gpu_name(int index);
// Of the whole machine, or of this process's control group where that is less.
std::uint64_t memory_bytes();

}  // namespace troupe::chain
