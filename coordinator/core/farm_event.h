// One line of the farm's event log: what happened, to which campaign, on which worker.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/clock.h"

namespace troupe::core {

// Kinds: submitted, started, finished, paused, resumed, cancelled, requeued, released, priority, archived, deleted,
// budget, leased, done, failed, rejected, reused, returned, poison, divergence, notify, worker_hello, worker_lost,
// worker_back, worker_left, quarantined, probed, cordoned, drained, no_space, ...
// Where many jobs come at once, they are one event: "leased" is one a lease {lease, jobs, first}, "done" one a message
// of results and campaign {jobs, first}; "failed" is one a job (reason, fault, attempt). "no_space" is said when it is
// over {since, seconds, reason}.
struct FarmEvent {
  std::uint64_t id = 0;  // counts up by one, over restarts too
  WallMillis at = 0;
  std::string kind;
  std::string campaign;            // "name#revision", or empty
  std::string worker;              // or empty
  std::string detail_json = "{}";  // an object
  bool operator==(const FarmEvent&) const = default;
};

}  // namespace troupe::core
