// Rule "switch": a worker that must read models first comes later by the seconds that this takes, as if the project had
// used them already; so it changes models only when another project is behind by more than that.
#pragma once

#include <optional>

namespace troupe::core::rules {

constexpr double kUnknownLoadSeconds = 5;

// `learned`: what reading the models took on such a device before.
inline double switch_seconds(bool loaded, std::optional<double> learned) {
  return loaded ? 0 : learned.value_or(kUnknownLoadSeconds);
}

// A learned number follows what is seen, a quarter of the way each time.
inline double learn(std::optional<double> known, double seen) {
  return known ? *known + (seen - *known) / 4 : seen;
}

}  // namespace troupe::core::rules
