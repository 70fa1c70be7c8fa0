// Rule "ageing": a campaign that waits counts as more important by one for each `step` without a grant, so that nothing
// starves behind higher priorities.
#pragma once

#include <algorithm>

#include "common/base/clock.h"

namespace troupe::core::rules {

constexpr int kMostAged = 1'000'000;

inline int aged_priority(int priority, Millis waited, Millis step) {
  if (step.count() <= 0 || waited.count() <= 0) return priority;
  return priority + static_cast<int>(std::min<Millis::rep>(waited / step, kMostAged));
}

// How long after its wait began a campaign that has waited `waited` grows older again.
inline Millis next_age(Millis waited, Millis step) {
  return (waited / step + 1) * step;
}

}  // namespace troupe::core::rules
