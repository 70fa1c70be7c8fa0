// Rule "stall": a running job whose step does not change for many times what a step takes is hung.
#pragma once

#include <algorithm>
#include <optional>

#include "common/base/clock.h"

namespace troupe::core::rules {

// How long a step may last; nothing where no step was ever timed.
inline std::optional<Millis> stall_limit(std::optional<double> step_seconds, double factor, Millis least) {
  if (!step_seconds || factor <= 0) return std::nullopt;
  return std::max(least, Millis(static_cast<Millis::rep>(*step_seconds * factor * 1000)));
}

// Only between two steps of a stage: reading models before the first and what follows the last take what they take.
inline bool between_steps(unsigned step, unsigned steps) {
  return step > 0 && step < steps;
}

}  // namespace troupe::core::rules
