// The farm as a pure state machine: step(event, now) -> effects. No I/O, clock, thread, protobuf or unordered
// iteration: equal events at equal times from equal snapshots give equal effects, which is what the simulator replays.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/backoff.h"
#include "coordinator/core/event.h"
#include "coordinator/core/snapshot.h"

namespace troupe::core {

struct FarmOptions {
  Millis heartbeat{2000};  // asked of workers while they are few
  Millis liveness{30000};  // silence after which a worker is lost and its jobs wait again; longer for thousands
  std::size_t heartbeats_a_second = 1000;  // of all workers together: from there on each is asked to speak less often
  Millis resend_lease{5000};               // a lease whose jobs the worker does not list is sent again after this
  Millis deadline_grace{30000};            // over limits.timeout of a running job before it is taken back
  BackoffOptions retry;                    // of a job after a failure that counts
  std::size_t lease_jobs = 256;            // most jobs of one lease
  Millis target_lease{2000};          // what a lease of short jobs should last, once it is learned how long they take
  std::size_t jobs_a_pass = 256;      // most cells that one scheduling pass looks at
  std::size_t choices_a_pass = 4096;  // most campaigns that one scheduling pass weighs for workers
  Millis forget_worker{3600000};      // a lost worker leaves the listings after this
  std::uint32_t protocol_min = 1;     // versions of the worker protocol that this coordinator speaks
  std::uint32_t protocol_max = 2;
  Millis usage_half_life{24 * 3600 * 1000};              // of what projects used; 0: nothing is ever forgotten
  Millis save_learned{10000};                            // at least between two writings of usage and what was learned
  std::map<std::string, double> weights;                 // of projects; others have 1
  std::uint64_t running_a_project = 0;                   // most jobs at once of a project; 0: no limit
  std::map<std::string, std::uint64_t> project_running;  // the same of single projects
  Millis archive_after{0};            // a campaign leaves the listings so long after its end; 0: never
  Millis delete_after{0};             // an archived one is deleted so long after its end; 0: never
  Millis age_step{1800 * 1000};       // a campaign that waited so long counts as more important by one; 0: never
  double straggler = 3;               // a job is run twice at the tail when it takes so many times the usual; 0: never
  double stall_steps = 30;            // a step that takes so many times the usual ends a job; 0: never
  Millis stall_least{300'000};        // but not before this
  std::size_t quarantine_faults = 5;  // of a worker in a row
  Millis quarantine_wait{60'000};     // before the first job that tries a quarantined worker
  Millis quarantine_most{3600'000};   // longest wait between two of them
  std::size_t poison_deaths = 3;      // engines that a job may kill; 0: any number
  std::uint64_t seed = 1;             // of the jitter
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
