// Rule "poison": a job under which engine after engine dies is to blame itself. It fails, before it takes the farm
// down.
#pragma once

#include <cstddef>

namespace troupe::core::rules {

inline bool is_poison(std::size_t engines_died, std::size_t limit) {
  return limit > 0 && engines_died >= limit;
}

// The first engine that dies counts against its worker; that others die of the same job says that it was not the
// worker.
inline bool blames_worker(std::size_t engines_died) {
  return engines_died <= 1;
}

}  // namespace troupe::core::rules
