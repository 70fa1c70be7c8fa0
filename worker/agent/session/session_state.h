// What a session knows, and the parts that one step of it is made of.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "worker/agent/session/session.h"

namespace troupe::agent {

// Something asked of the shell that may take several tries.
struct Attempt {
  bool in_flight = false;
  bool ready = false;
  int tries = 0;
  Instant again;
};

// A leased job whose result is not in the outbox yet.
struct Job {
  Ticket ticket;
  Digest spec;
  Millis timeout{0};
  Millis stall{0};        // what may pass between two steps of a stage; 0: anything
  std::string pack = {};  // by the coordinator's word
  Attempt references = {};
  bool running = false;
  SlotIndex slot = 0;  // running: where
  Instant started;
  std::string stage = {};
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  Instant progressed;     // when it last said something new
  bool unwanted = false;  // told to stop: what still comes out is dropped
  bool reported = false;  // the session wrote its result: only the outbox is waited for
};

// A result in the outbox, until the coordinator answers for it.
struct Stored {
  JobResult result;
  std::set<Digest> missing;  // artifacts that are not known to be uploaded
  int sends = 0;
  Instant send_at;
  bool given_up = false;  // an artifact is lost: a failed result is on its way into the outbox in its place
};

struct SlotState {
  bool up = false;
  std::string loaded = {};  // the pack of its last job
  bool free = false;
};

// The connection to the coordinator, as far as the session sees it.
struct Link {
  Epoch epoch;                 // of the newest message
  std::uint32_t protocol = 1;  // that both speak
  bool welcomed = false;       // in that epoch
  Millis heartbeat{0};
  Millis liveness{0};
  Instant patience_from;  // heard last, or tried anew
  int hellos = 0;         // unanswered
  Instant hello_at;
  Instant heartbeat_at;
  bool heartbeat_soon = false;  // what the last one said is no longer so
};

struct SessionState {
  explicit SessionState(SessionOptions options_)
      : options(std::move(options_)), random(options.seed), slots(options.profile.slots.size()) {
    link.heartbeat = options.heartbeat;
    link.liveness = options.liveness;
  }

  SessionOptions options;
  SeededRandom random;
  Link link;
  std::vector<SlotState> slots;
  std::list<Job> jobs;  // in the order in which they came
  std::map<Ticket, std::list<Job>::iterator> job_of;
  std::map<Ticket, Stored> outbox;
  std::map<Digest, Attempt> specs;          // that jobs need
  std::map<Digest, std::size_t> spec_jobs;  // how many need it
  std::map<Digest, Attempt> uploads;        // of artifacts that are missing
  bool outbox_full = false;                 // by the shell's word
  std::string outbox_trouble;
  std::string engine_trouble;
  std::optional<Instant> engineless_since;
  bool drain_order = false;               // by the coordinator
  std::optional<Instant> drain_deadline;  // since DrainRequested
  bool over = false;
  std::size_t unwanted_jobs = 0;  // of jobs

  Job* find(const Ticket& ticket);
  // A job that find() does not know.
  Job& add(const Ticket& ticket);
  bool draining() const { return drain_order || drain_deadline.has_value(); }
  bool no_room_for_results() const { return outbox_full || outbox.size() >= options.outbox_results; }
  std::size_t capacity() const;
  std::vector<Held> held(Instant now) const;
  // Packs that engines have in memory, each once.
  std::vector<std::string> loaded() const;
};

struct Turn {
  SessionState& state;
  SessionEffects& out;
  Instant now;
  std::map<std::string, std::vector<Ticket>> releases = {};  // by reason

  template <typename Body>
  void send(Body body) {
    const SessionOptions& options = state.options;
    out.push_back(
        Send{FromWorker{options.worker, options.instance, state.link.epoch, std::move(body), state.link.protocol}});
  }
  // The job leaves the session's hands.
  void release(const Ticket& ticket, const std::string& reason) { releases[reason].push_back(ticket); }
  void warn(std::string text) { out.push_back(Say{Say::Level::kWarn, std::move(text)}); }
  void info(std::string text) { out.push_back(Say{Say::Level::kInfo, std::move(text)}); }
  Instant after(int tries) { return now + backoff(state.options.retry, tries, state.random); }
};

// ---- link.cpp ----
void on_connected(Turn& turn);
void on_coordinator(Turn& turn, const ToWorker& message);
// Hellos, heartbeats and hand-backs that are due; a silent coordinator.
void keep_link(Turn& turn);

// ---- jobs.cpp ----
void on_lease(Turn& turn, const Lease& lease);
void on_revoke(Turn& turn, const Revoke& revoke);
void on_progress(Turn& turn, const JobProgress& event);
void hand_back_queued(Turn& turn, const std::string& reason);
// Stops and hands back whatever runs.
void hand_back_running(Turn& turn, const std::string& reason);
// Deadlines passed, specs and references to fetch, slots to fill.
void keep_working(Turn& turn);
void forget_job(SessionState& state, const Ticket& ticket);
// When the running job is late if it says nothing new, by its timeout or its next step; nothing where neither is known.
std::optional<Instant> deadline(const Job& job);
// Writes a failed result for a job in the session's own name.
void report_failure(Turn& turn, Job& job, Fault fault, const std::string& reason);

// ---- engines.cpp ----
void on_engine_ready(Turn& turn, const EngineReady& event);
void on_engine_down(Turn& turn, const EngineDown& event);
void on_spec_ready(Turn& turn, const SpecReady& event);
void on_spec_failed(Turn& turn, const SpecFailed& event);
void on_references_ready(Turn& turn, const ReferencesReady& event);
void on_references_failed(Turn& turn, const ReferencesFailed& event);

// ---- results.cpp ----
void take_over_outbox(Turn& turn, const std::vector<JobResult>& results);
void on_stored(Turn& turn, const JobResult& result);
void on_uploaded(Turn& turn, const Uploaded& event);
void on_upload_failed(Turn& turn, const UploadFailed& event);
void on_ack(Turn& turn, const Ack& ack);
void on_need(Turn& turn, const Need& need);
// Uploads to try again, results to send (again).
void keep_delivering(Turn& turn);

}  // namespace troupe::agent
