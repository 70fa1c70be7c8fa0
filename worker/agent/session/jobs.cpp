#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/limits.h"
#include "worker/agent/session/session_state.h"

namespace troupe::agent {
namespace {

void watch_deadlines(Turn& turn) {
  for (Job& job : turn.state.jobs) {
    if (!job.running || job.reported || job.unwanted) continue;
    const std::optional<Instant> late = deadline(job);
    if (!late || turn.now < *late) continue;
    const bool stalled = job.timeout.count() <= 0 || turn.now - job.started < job.timeout;
    const std::string reason =
        stalled ? "made no step for " + std::to_string(job.stall.count() / 1000) + " s in " + job.stage
                : "ran longer than limits.timeout (" + std::to_string(job.timeout.count() / 1000) + " s)";
    turn.out.push_back(CancelJob{job.slot, job.ticket, reason});
    report_failure(turn, job, Fault::kWorker, reason);
  }
}

void fetch_specs(Turn& turn) {
  for (auto& [spec, attempt] : turn.state.specs) {
    if (attempt.in_flight || attempt.ready || turn.now < attempt.again) continue;
    attempt.in_flight = true;
    turn.out.push_back(FetchSpec{spec});
  }
}

void fetch_references(Turn& turn) {
  for (Job& job : turn.state.jobs) {
    Attempt& attempt = job.references;
    if (job.running || job.reported || !turn.state.specs.at(job.spec).ready) continue;
    if (attempt.in_flight || attempt.ready || turn.now < attempt.again) continue;
    attempt.in_flight = true;
    turn.out.push_back(FetchReferences{job.ticket, job.spec});
  }
}

// The next slot from `from` on that takes a job; as many as there are slots when there is none.
SlotIndex free_slot(const SessionState& state, SlotIndex from) {
  while (from < state.slots.size() && !(state.slots[from].up && state.slots[from].free)) ++from;
  return from;
}

void fill_slots(Turn& turn) {
  SessionState& state = turn.state;
  if (state.drain_deadline || state.no_room_for_results()) return;
  SlotIndex slot = free_slot(state, 0);
  for (Job& job : state.jobs) {
    if (slot == state.slots.size()) return;
    if (job.running || job.reported || !job.references.ready) continue;
    state.slots[slot].free = false;
    state.slots[slot].loaded = job.pack;
    job.running = true;
    job.slot = slot;
    job.started = job.progressed = turn.now;
    turn.out.push_back(StartJob{slot, job.ticket, job.spec, job.timeout});
    slot = free_slot(state, slot);
  }
}

void lose_patience_with_engines(Turn& turn) {
  SessionState& state = turn.state;
  if (!state.engineless_since || turn.now - *state.engineless_since < state.options.engine_patience) return;
  hand_back_queued(turn, state.engine_trouble.empty() ? "no engine is up" : state.engine_trouble);
}

}  // namespace

std::optional<Instant> deadline(const Job& job) {
  std::optional<Instant> late;
  if (job.timeout.count() > 0) late = job.started + job.timeout;
  // Reading models before the first step, and what follows the last, takes what it takes.
  if (job.stall.count() > 0 && job.step > 0 && job.step < job.steps) {
    const Instant stalled = job.progressed + job.stall;
    late = late ? std::min(*late, stalled) : stalled;
  }
  return late;
}

void forget_job(SessionState& state, const Ticket& ticket) {
  const auto at = state.job_of.find(ticket);
  if (at == state.job_of.end()) return;
  const Digest spec = at->second->spec;
  state.unwanted_jobs -= at->second->unwanted ? 1 : 0;
  state.jobs.erase(at->second);
  state.job_of.erase(at);
  const auto needed = state.spec_jobs.find(spec);
  if (--needed->second > 0) return;
  state.spec_jobs.erase(needed);
  state.specs.erase(spec);
}

void on_lease(Turn& turn, const Lease& lease) {
  SessionState& state = turn.state;
  for (const LeasedJob& leased : lease.jobs) {
    const Ticket ticket{lease.campaign, leased.index, leased.generation, leased.attempt};
    if (state.outbox.contains(ticket) || state.find(ticket)) continue;
    if (state.draining()) {
      turn.release(ticket, "the worker drains");
    } else if (state.jobs.size() >= limits::kMaxHeldJobs) {
      turn.release(ticket, "the worker holds as many jobs as it can");
    } else {
      Job& job = state.add(ticket);
      job.spec = lease.spec;
      ++state.spec_jobs[lease.spec];
      job.timeout = lease.timeout;
      job.stall = lease.stall;
      job.pack = lease.pack;
      state.specs.try_emplace(lease.spec).first->second.again = turn.now;
    }
  }
}

void on_revoke(Turn& turn, const Revoke& revoke) {
  for (const Ticket& ticket : revoke.tickets) {
    Job* job = turn.state.find(ticket);
    // A result in the outbox waits for its answer like any other.
    if (!job || job->reported || job->unwanted) continue;
    if (job->running) {
      job->unwanted = true;
      ++turn.state.unwanted_jobs;
      turn.out.push_back(CancelJob{job->slot, ticket, revoke.reason});
    } else {
      forget_job(turn.state, ticket);
    }
  }
}

void on_progress(Turn& turn, const JobProgress& event) {
  Job* job = turn.state.find(event.ticket);
  if (!job || !job->running) return;
  job->progressed = turn.now;
  job->stage = event.stage;
  job->step = event.step;
  job->steps = event.steps;
}

void hand_back_queued(Turn& turn, const std::string& reason) {
  std::vector<Ticket> queued;
  for (const Job& job : turn.state.jobs) {
    if (!job.running && !job.reported) queued.push_back(job.ticket);
  }
  for (const Ticket& ticket : queued) {
    turn.release(ticket, reason);
    forget_job(turn.state, ticket);
  }
}

void hand_back_running(Turn& turn, const std::string& reason) {
  for (Job& job : turn.state.jobs) {
    if (!job.running || job.unwanted || job.reported) continue;
    turn.out.push_back(CancelJob{job.slot, job.ticket, reason});
    turn.release(job.ticket, reason);
    job.unwanted = true;
    ++turn.state.unwanted_jobs;
  }
}

void report_failure(Turn& turn, Job& job, Fault fault, const std::string& reason) {
  job.reported = true;
  JobResult result;
  result.ticket = job.ticket;
  result.outcome = Outcome::kFailed;
  result.fault = fault;
  result.reason = reason;
  if (job.running) result.seconds = static_cast<double>((turn.now - job.started).count()) / 1000;
  turn.out.push_back(StoreResult{std::move(result)});
}

void keep_working(Turn& turn) {
  watch_deadlines(turn);
  lose_patience_with_engines(turn);
  fetch_specs(turn);
  fetch_references(turn);
  fill_slots(turn);
}

}  // namespace troupe::agent
