// Rule "tail" and the size of a lease: long enough that a worker does not wait for the network, short enough that the
// last jobs are shared out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "common/base/clock.h"

namespace troupe::core::rules {

// Jobs that keep so many slots at work for `target`. 0 where nothing is learned yet.
inline std::uint64_t shard_jobs(std::optional<double> seconds_a_job, std::uint64_t slots, Millis target,
                                std::uint64_t most) {
  if (!seconds_a_job) return 0;
  const double wanted = static_cast<double>(target.count()) / 1000 / std::max(*seconds_a_job, 1e-6);
  return static_cast<std::uint64_t>(
      std::min(std::floor(wanted) * static_cast<double>(slots), static_cast<double>(most)));
}

// A worker's part of what is left, when all slots that could run it share it; rounded up.
inline std::uint64_t tail_share(std::uint64_t left, std::uint64_t all_slots, std::uint64_t slots) {
  return (left + std::max<std::uint64_t>(all_slots, 1) - 1) / std::max<std::uint64_t>(all_slots, 1) * slots;
}

// Whether a job may be queued behind a running one: not the last ones, since a slot that is free sooner would want
// them.
inline bool may_queue(std::uint64_t left, std::uint64_t all_slots, std::uint64_t slots) {
  return slots >= all_slots || left > all_slots;
}

}  // namespace troupe::core::rules
