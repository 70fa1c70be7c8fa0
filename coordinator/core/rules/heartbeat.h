// How often workers speak: often while they are few, seldom when there are thousands, so that heartbeats cost the
// coordinator the same.
#pragma once

#include <algorithm>
#include <cstddef>

#include "common/base/clock.h"

namespace troupe::core::rules {

// The interval for so many workers: `least`, or as much as keeps all of them to `a_second` heartbeats, in doublings of
// `least` so that it seldom changes.
inline Millis heartbeat(std::size_t workers, Millis least, std::size_t a_second) {
  Millis interval = std::max(least, Millis(1));
  while (static_cast<std::size_t>(interval.count()) * std::max<std::size_t>(a_second, 1) < workers * 1000)
    interval *= 2;
  return interval;
}

// The silence after which a worker counts as lost: four heartbeats at least.
inline Millis liveness(Millis interval, Millis least) {
  return std::max(least, 4 * interval);
}

}  // namespace troupe::core::rules
