// The worker's side of the farm as a pure state machine: what happened goes in, what to do comes out. It owns no
// socket, file, clock, thread or process: the agent's shell performs the effects, in their order, and reports back with
// events.
//
// What the session promises, whatever is lost, doubled or late on the way and whoever crashes:
// - A result is sent only after the outbox has it durably and its artifacts are uploaded, and is sent again until the
//   coordinator acknowledges it; only then is it forgotten.
// - A lease delivered twice starts its jobs once; a lease that it cannot use is handed back.
// - Running work goes on while the coordinator is away.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/status.h"
#include "common/domain/messages.h"

namespace troupe::agent {

struct SessionOptions {
  WorkerId worker;
  std::uint64_t instance = 0;         // random, new with each start
  Hello profile;                      // host, protocols, version, slots, tags, packs; the rest is filled in
  std::size_t ahead = 1;              // jobs held beyond the running one, for each slot
  std::size_t outbox_results = 1024;  // results in the outbox from which on no more work is wanted
  Millis grace{60000};                // after DrainRequested: to finish the job in hand and empty the outbox
  Millis heartbeat{2000};             // until the first Welcome says otherwise
  Millis liveness{30000};             // likewise: silence of the coordinator after which it is greeted anew
  BackoffOptions retry{Millis(1000), Millis(15000)};  // hellos, unacknowledged results, uploads, fetches of a spec
  int spec_tries = 5;             // fetches of a spec, or of a job's references, before its jobs are handed back
  Millis engine_patience{60000};  // without any engine for so long, queued jobs are handed back
  std::uint64_t seed = 1;         // of the jitter
};

// Which engine: an index into profile.slots.
using SlotIndex = std::size_t;

// ---- what happened ----

// First of all events, once: what a former life left in the outbox. Of two results of one ticket the later counts.
struct Started {
  std::vector<JobResult> outbox;
};
// The connection was made anew (after Reconnect, or by the shell's own will): whatever was in flight may be lost.
struct Connected {};
struct FromCoordinator {
  ToWorker message;
};
// The engine of the slot can take a job: after its start, and again after each job that it ended, one way or the other.
// It may come before the ResultStored of the job before (the picture is still being written).
struct EngineReady {
  SlotIndex slot = 0;
};
// The engine died or was stopped. If it was running a job, the shell first stores a failed result of it (fault worker,
// the reason, the engine's last lines) and reports ResultStored; a job without one is handed back.
struct EngineDown {
  SlotIndex slot = 0;
  std::string reason;
};
struct JobProgress {
  Ticket ticket;
  std::string stage;
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
};
// Result and artifacts are in the outbox and fsynced. While one result of a ticket is being delivered, another (the job
// ended just as it was stopped) is not: the ack deletes both.
struct ResultStored {
  JobResult result;
};
// Whether the outbox can take more; `trouble` says why not ("no space on ...").
struct OutboxSpace {
  bool full = false;
  std::string trouble;
};
// The coordinator has these artifacts durably.
struct Uploaded {
  std::vector<Digest> digests;
};
// kNotFound, kCorrupt and kTooLarge mean never (the job is then reported as failed); anything else is tried again.
struct UploadFailed {
  std::vector<Digest> digests;
  Status status;
};
// The resolved manifest with this digest is on this machine and checked.
struct SpecReady {
  Digest spec;
};
struct SpecFailed {
  Digest spec;
  Status status;
};
// The reference pictures of the job are on this machine and checked.
struct ReferencesReady {
  Ticket ticket;
};
// kNotFound (the coordinator lacks one), kInvalid, kCorrupt and kTooLarge mean never: the job fails as an input fault.
// Anything else is tried again.
struct ReferencesFailed {
  Ticket ticket;
  Status status;
};
// SIGTERM: finish the job in hand within the grace, hand the rest back, empty the outbox, Exit.
struct DrainRequested {};
struct Tick {};

using SessionEvent = std::variant<Started, Connected, FromCoordinator, EngineReady, EngineDown, JobProgress,
                                  ResultStored, OutboxSpace, Uploaded, UploadFailed, SpecReady, SpecFailed,
                                  ReferencesReady, ReferencesFailed, DrainRequested, Tick>;

// ---- what to do ----

// Send it if there is a connection; drop it otherwise. Everything that matters is sent again.
struct Send {
  FromWorker message;
};
// The coordinator was silent for the liveness period: close the connection, make a new one (with jitter), say
// Connected.
struct Reconnect {};
// Answer with SpecReady or SpecFailed, also when it is already there. Asked once at a time for each spec.
struct FetchSpec {
  Digest spec;
};
// Answer with ReferencesReady or ReferencesFailed, also when all is there already. Asked once at a time for each job,
// after its spec is ready.
struct FetchReferences {
  Ticket ticket;
  Digest spec;
};
// The slot's engine runs the job at ticket.index of the manifest `spec`; what comes out is stored and reported as
// ResultStored. An engine has one StartJob between two EngineReady. A job that the engine cannot take becomes a failed
// result like any other.
struct StartJob {
  SlotIndex slot = 0;
  Ticket ticket;
  Digest spec;
  Millis timeout{0};  // the session watches it; the engine may use it to plan
};
// Nobody wants the job any more (or it took too long): stop it, by killing the engine if need be, and report
// EngineReady when the slot is free. A result that comes nevertheless is handled by the session.
struct CancelJob {
  SlotIndex slot = 0;
  Ticket ticket;
  std::string reason;
};
// A result that the session itself wrote (a timeout, an artifact that can never be uploaded). Append it to the outbox,
// where it takes the place of an older one with the same ticket; the shell may add the engine's last lines. Answer with
// ResultStored.
struct StoreResult {
  JobResult result;
};
// Upload those that the coordinator lacks (ask first). Answer each digest with Uploaded or UploadFailed.
struct UploadArtifacts {
  std::vector<Digest> digests;
};
// The coordinator answers for these: delete them from the outbox, with the artifacts that no other result names.
struct ForgetResults {
  std::vector<Ticket> tickets;
};
// For the log.
struct Say {
  enum class Level { kInfo, kWarn } level = Level::kInfo;
  std::string text;
};
// End the process, after the messages before this one have left (linger a little). OK after a drain; else why.
struct Exit {
  Status status;
};

using SessionEffect = std::variant<Send, Reconnect, FetchSpec, FetchReferences, StartJob, CancelJob, StoreResult,
                                   UploadArtifacts, ForgetResults, Say, Exit>;
using SessionEffects = std::vector<SessionEffect>;

struct SessionState;

class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  // Events may come in any order but for Started, which is first. Unknown tickets, slots and digests are taken calmly.
  SessionEffects step(const SessionEvent& event, Instant now) { return step(std::span(&event, 1), now); }
  // Several that happened together, in their order: deadlines, deliveries and slots are looked at once for all of them.
  SessionEffects step(std::span<const SessionEvent> events, Instant now);

  // When the next Tick is due at the latest.
  Instant next_tick(Instant now) const;

  // Everything that it holds, as heartbeats say it.
  std::vector<Held> held(Instant now) const;
  // Specs that jobs in hand still need: the shell may drop others from its cache.
  std::set<Digest> specs() const;
  // True from DrainRequested, or a Drain of the coordinator, on.
  bool draining() const;

  // Empty when all is well, else one line a broken invariant.
  std::vector<std::string> check_invariants() const;

 private:
  std::unique_ptr<SessionState> state_;
};

}  // namespace troupe::agent
