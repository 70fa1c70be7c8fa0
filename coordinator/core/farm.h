// The farm as a pure state machine: step(event, now) -> effects. No I/O, clock, thread, protobuf or unordered
// iteration: equal events at equal times from equal snapshots give equal effects, which is what the simulator replays.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/backoff.h"
#include "coordinator/core/event.h"
#include "coordinator/core/snapshot.h"

namespace troupe::core {

struct FarmOptions {
  Millis heartbeat{2000};          // asked of workers in Welcome
  Millis liveness{30000};          // silence after which a worker is lost and its jobs wait again
  Millis resend_lease{5000};       // a lease whose jobs the worker does not list is sent again after this
  Millis deadline_grace{30000};    // over limits.timeout of a running job before it is taken back
  BackoffOptions retry;            // of a job after a failure that counts
  std::size_t lease_jobs = 16;     // most jobs of one lease
  std::size_t jobs_a_pass = 4096;  // most cells that one scheduling pass looks at
  Millis forget_worker{3600000};   // a lost worker leaves the listings after this
  std::uint32_t protocol_min = 1;  // versions of the worker protocol that this coordinator speaks
  std::uint32_t protocol_max = 1;
  std::uint64_t seed = 1;  // of the jitter
};

struct FarmState;

class Farm {
 public:
  // Continues from `snapshot` in the given, new epoch (which the caller has made durable with EpochStarted). Grants of
  // the snapshot are unconfirmed for one liveness period: workers that say hello keep them.
  Farm(const FarmOptions& options, Epoch epoch, const Snapshot& snapshot, Instant now, WallMillis wall);
  ~Farm();
  Farm(Farm&&) noexcept;
  Farm& operator=(Farm&&) noexcept;

  // Never fails: what is wrong with an event is in its effects (a Reply with a Status, a Refused, a Note).
  Effects step(const Event& event, Instant now, WallMillis wall);

  // When the next Tick is due at the latest.
  Instant next_tick(Instant now) const;

  // Empty when all is well, else one line a broken invariant. Cheap unless `full`.
  std::vector<std::string> check_invariants(bool full = true) const;

  const FarmState& state() const { return *state_; }  // for the read-only views of views.h

 private:
  std::unique_ptr<FarmState> state_;
};

}  // namespace troupe::core
