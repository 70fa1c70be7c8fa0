// What happens to the farm, drawn from a seed before anything starts: the same seed disturbs it in the same order, at
// the same times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace troupe::chaos {

enum class Trouble {
  // kill -9
  kKillCoordinator,
  kKillAgent,
  kKillEngine,
  // SIGSTOP, and SIGCONT after a while
  kStopCoordinator,
  kStopAgent,
  kStopEngine,
  // the connections of one worker
  kDrop,      // closed, and none made
  kDelay,     // bytes come late
  kHalfOpen,  // open, but nothing moves one way
  // disks
  kFillWorker,
  kFillCoordinator,
};

struct Disturbance {
  Trouble trouble = Trouble::kKillAgent;
  Millis after{0};  // since the one before
  Millis lasts{0};  // until the killed is started again, the stopped goes on, the cut is mended, the disk is cleared
  std::size_t worker = 0;
};

struct PlanOptions {
  std::uint64_t seed = 1;
  std::size_t kills = 20;
  std::size_t workers = 3;
  bool disks = true;  // fill them, too
};

// Exactly `kills` kills, with other troubles between them.
std::vector<Disturbance> make_plan(const PlanOptions& options);

bool is_kill(Trouble trouble);
std::string describe(const Disturbance& disturbance);

}  // namespace troupe::chaos
