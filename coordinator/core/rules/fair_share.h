// Rule "share": of projects with equal priority the one that used the least of the farm, for its weight, comes first.
// What was used long ago counts less: half of it after each half-life.
#pragma once

#include <cmath>

#include "common/base/clock.h"

namespace troupe::core::rules {

// How much an hour used now weighs more than one that was used `elapsed` ago; 1 for a half-life of 0 (nothing decays).
inline double growth(Millis elapsed, Millis half_life) {
  if (half_life.count() <= 0) return 1;
  return std::exp2(static_cast<double>(elapsed.count()) / static_cast<double>(half_life.count()));
}

// Seconds that are left of `used` after `elapsed`.
inline double decayed(double used, Millis elapsed, Millis half_life) {
  return used / growth(elapsed, half_life);
}

// Seconds of the farm for each unit of weight: `used` and what is being rendered now.
inline double share(double used, double in_flight, double weight) {
  return (used + in_flight) / (weight > 0 ? weight : 1);
}

}  // namespace troupe::core::rules
