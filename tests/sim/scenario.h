// A scenario file: a workload and the troubles that it meets, as ranges that each seed draws its knobs from.
//
//   workload: {workers: [5, 20], job: [1, 10]}      # [low, high], or one number; times in seconds
//   farm:     {heartbeat: 2}
//   faults:   {loss: [0.05, 0.3]}
//   weights:  {cut: 10, coordinator_crash: 0}       # how often this happens, compared with the others
//   other_weights: 0                                # of the troubles that `weights` does not name
//
// knobs.cpp has all knobs and what they are drawn from where a scenario is silent.
#pragma once

#include <string>

#include "common/base/status.h"
#include "tests/sim/knobs.h"

namespace troupe::sim {

struct Scenario {
  std::string path;  // empty: everything is left to the seed
  Ranges ranges;
};

// kInvalid with file, line and column for what no scenario can say.
Result<Scenario> read_scenario(const std::string& path);
Result<Scenario> parse_scenario(const std::string& text, const std::string& path);

}  // namespace troupe::sim
