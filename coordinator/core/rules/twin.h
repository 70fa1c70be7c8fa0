// Rule "twin": when nothing else is left to grant, a job that runs much longer than others did is run a second time on
// a worker that has nothing to do; the first result counts.
#pragma once

#include <optional>

namespace troupe::core::rules {

constexpr double kLeastTwinSeconds = 1;

inline bool straggles(double ran_seconds, std::optional<double> expected_seconds, double factor) {
  return expected_seconds && factor > 0 && ran_seconds >= kLeastTwinSeconds && ran_seconds > *expected_seconds * factor;
}

}  // namespace troupe::core::rules
