#include <algorithm>
#include <utility>
#include <vector>

#include "worker/agent/session/session_state.h"

namespace troupe::agent {
namespace {

// Jobs on the slot for which `which` holds.
template <typename Predicate>
std::vector<Ticket> tickets_on(const SessionState& state, SlotIndex slot, Predicate which) {
  std::vector<Ticket> tickets;
  for (const Job& job : state.jobs) {
    if (job.running && job.slot == slot && which(job)) tickets.push_back(job.ticket);
  }
  return tickets;
}

void end_unwanted(SessionState& state, SlotIndex slot) {
  if (state.unwanted_jobs == 0) return;
  for (const Ticket& ticket : tickets_on(state, slot, [](const Job& job) { return job.unwanted; })) {
    forget_job(state, ticket);
  }
}

void watch_engines(Turn& turn) {
  SessionState& state = turn.state;
  const bool any = std::any_of(state.slots.begin(), state.slots.end(), [](const SlotState& slot) { return slot.up; });
  if (any) {
    state.engineless_since.reset();
  } else if (!state.engineless_since) {
    state.engineless_since = turn.now;
  }
}

}  // namespace

void on_engine_ready(Turn& turn, const EngineReady& event) {
  SessionState& state = turn.state;
  if (event.slot >= state.slots.size()) return;
  SlotState& slot = state.slots[event.slot];
  if (!slot.up) state.link.heartbeat_soon = true;
  slot.up = slot.free = true;
  end_unwanted(state, event.slot);
  watch_engines(turn);
}

void on_engine_down(Turn& turn, const EngineDown& event) {
  SessionState& state = turn.state;
  if (event.slot >= state.slots.size()) return;
  if (state.slots[event.slot].up) state.link.heartbeat_soon = true;
  state.slots[event.slot] = {};
  state.engine_trouble = event.reason;
  end_unwanted(state, event.slot);
  const auto gone = tickets_on(state, event.slot, [](const Job& job) { return !job.reported; });
  for (const Ticket& ticket : gone) {
    turn.release(ticket, "the engine went down: " + event.reason);
    forget_job(state, ticket);
  }
  watch_engines(turn);
}

void on_spec_ready(Turn& turn, const SpecReady& event) {
  const auto at = turn.state.specs.find(event.spec);
  if (at == turn.state.specs.end()) return;
  at->second = {.in_flight = false, .ready = true, .tries = 0, .again = turn.now};
}

void on_spec_failed(Turn& turn, const SpecFailed& event) {
  SessionState& state = turn.state;
  const auto at = state.specs.find(event.spec);
  if (at == state.specs.end() || at->second.ready) return;
  Attempt& attempt = at->second;
  attempt.in_flight = false;
  attempt.again = turn.after(++attempt.tries);
  const bool unusable = event.status.code() == Code::kInvalid;
  if (!unusable && attempt.tries < state.options.spec_tries) return;
  const std::string reason = "the campaign's manifest cannot be had: " + event.status.to_string();
  turn.warn(reason);
  std::vector<Ticket> waiting;
  for (Job& job : state.jobs) {
    if (job.spec != event.spec || job.running || job.reported) continue;
    if (unusable) {
      report_failure(turn, job, Fault::kInput, reason);
    } else {
      waiting.push_back(job.ticket);
    }
  }
  for (const Ticket& ticket : waiting) {
    turn.release(ticket, reason);
    forget_job(state, ticket);
  }
}

void on_references_ready(Turn& turn, const ReferencesReady& event) {
  if (Job* job = turn.state.find(event.ticket)) {
    job->references = {.in_flight = false, .ready = true, .tries = 0, .again = turn.now};
  }
}

void on_references_failed(Turn& turn, const ReferencesFailed& event) {
  Job* job = turn.state.find(event.ticket);
  if (!job || job->running || job->reported || job->references.ready) return;
  Attempt& attempt = job->references;
  attempt.in_flight = false;
  attempt.again = turn.after(++attempt.tries);
  const Code code = event.status.code();
  const bool never =
      code == Code::kNotFound || code == Code::kInvalid || code == Code::kCorrupt || code == Code::kTooLarge;
  if (!never && attempt.tries < turn.state.options.spec_tries) return;
  const std::string reason = "a reference picture cannot be had: " + event.status.to_string();
  turn.warn(reason);
  if (never) {
    report_failure(turn, *job, Fault::kInput, reason);
  } else {
    turn.release(event.ticket, reason);
    forget_job(turn.state, event.ticket);
  }
}

}  // namespace troupe::agent
