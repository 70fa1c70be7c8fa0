// Rule "memory": a job goes to no device that is known to be too small for it.
#pragma once

#include <cstdint>

namespace troupe::core::rules {

// Bytes; 0 is unknown, and what is unknown is tried.
inline bool fits(std::uint64_t device, std::uint64_t peak) {
  return device == 0 || peak <= device;
}

}  // namespace troupe::core::rules
