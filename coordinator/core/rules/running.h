// Rules "running" and "project_running": no more jobs at once than the manifest (limits.running) and the coordinator
// (for each project) allow.
#pragma once

#include <cstdint>
#include <limits>

namespace troupe::core::rules {

// How many more may be granted; a limit of 0 is none.
inline std::uint64_t running_room(std::uint64_t running, std::uint64_t limit) {
  if (limit == 0) return std::numeric_limits<std::uint64_t>::max();
  return limit > running ? limit - running : 0;
}

}  // namespace troupe::core::rules
