// One farm from one seed: trouble first, then healing, after which everything must converge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/knobs.h"
#include "tests/sim/world.h"

namespace troupe::sim {

struct Report {
  std::vector<std::string> failures;  // empty: passed
  std::uint64_t trace_digest = 0;     // equal for equal runs
  std::uint64_t steps = 0;
  std::uint64_t commits = 0;
  std::uint64_t full_disks = 0;  // that the event log tells of
  Millis simulated{0};
};

// `listener` hears the trace; it may be empty.
Report simulate(const Knobs& knobs, Listener listener = {});

}  // namespace troupe::sim
