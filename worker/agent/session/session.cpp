#include "worker/agent/session/session.h"

#include <algorithm>
#include <utility>

#include "worker/agent/session/session_state.h"

namespace troupe::agent {
namespace {

struct Dispatch {
  Turn& turn;

  void operator()(const Started& event) const {
    turn.state.engineless_since = turn.now;
    take_over_outbox(turn, event.outbox);
    on_connected(turn);
  }
  void operator()(const Connected&) const { on_connected(turn); }
  void operator()(const FromCoordinator& event) const { on_coordinator(turn, event.message); }
  void operator()(const EngineReady& event) const { on_engine_ready(turn, event); }
  void operator()(const EngineDown& event) const { on_engine_down(turn, event); }
  void operator()(const JobProgress& event) const { on_progress(turn, event); }
  void operator()(const ResultStored& event) const { on_stored(turn, event.result); }
  void operator()(const OutboxSpace& event) const {
    turn.state.link.heartbeat_soon |= turn.state.outbox_full != event.full;
    turn.state.outbox_full = event.full;
    turn.state.outbox_trouble = event.trouble;
  }
  void operator()(const Uploaded& event) const { on_uploaded(turn, event); }
  void operator()(const UploadFailed& event) const { on_upload_failed(turn, event); }
  void operator()(const SpecReady& event) const { on_spec_ready(turn, event); }
  void operator()(const SpecFailed& event) const { on_spec_failed(turn, event); }
  void operator()(const ReferencesReady& event) const { on_references_ready(turn, event); }
  void operator()(const ReferencesFailed& event) const { on_references_failed(turn, event); }
  void operator()(const DrainRequested&) const {
    if (turn.state.drain_deadline) return;
    turn.state.drain_deadline = turn.now + turn.state.options.grace;
    turn.state.link.heartbeat_soon = true;
    turn.info("draining: no new work; the job in hand may take " +
              std::to_string(turn.state.options.grace.count() / 1000) + " s more");
    hand_back_queued(turn, "the worker stops");
  }
  void operator()(const Tick&) const {}
};

// After DrainRequested: the end, once nothing is left to do or the grace is over.
void end_if_drained(Turn& turn) {
  SessionState& state = turn.state;
  if (!state.drain_deadline) return;
  const bool idle = state.jobs.empty() && state.outbox.empty();
  if (!idle && turn.now < *state.drain_deadline) return;
  if (!idle) hand_back_running(turn, "the worker stopped before the job was done");
  keep_link(turn);
  if (!state.outbox.empty()) {
    turn.warn(std::to_string(state.outbox.size()) + " results stay in the outbox until the next start");
  }
  turn.send(Goodbye{});
  turn.out.push_back(Exit{Status()});
  state.over = true;
}

}  // namespace

Job* SessionState::find(const Ticket& ticket) {
  const auto at = job_of.find(ticket);
  return at == job_of.end() ? nullptr : &*at->second;
}

Job& SessionState::add(const Ticket& ticket) {
  const auto at = jobs.emplace(jobs.end());
  at->ticket = ticket;
  job_of.emplace(ticket, at);
  return *at;
}

std::size_t SessionState::capacity() const {
  if (draining() || no_room_for_results()) return 0;
  const auto up = std::count_if(slots.begin(), slots.end(), [](const SlotState& slot) { return slot.up; });
  return static_cast<std::size_t>(up) * (1 + options.ahead);
}

std::vector<Held> SessionState::held(Instant now) const {
  std::vector<Held> all;
  for (const Job& job : jobs) {
    if (job.unwanted) continue;
    Held held{
        .ticket = job.ticket, .state = job.running ? HeldState::kRunning : HeldState::kQueued, .stage = job.stage};
    held.step = job.step;
    held.steps = job.steps;
    if (job.running) held.seconds = static_cast<double>((now - job.started).count()) / 1000;
    all.push_back(std::move(held));
  }
  for (const auto& [ticket, stored] : outbox) {
    all.push_back(Held{.ticket = ticket, .state = HeldState::kUploading, .stage = {}});
  }
  return all;
}

std::vector<std::string> SessionState::loaded() const {
  std::set<std::string> packs;
  for (const SlotState& slot : slots) {
    if (!slot.loaded.empty()) packs.insert(slot.loaded);
  }
  return {packs.begin(), packs.end()};
}

Session::Session(SessionOptions options) : state_(std::make_unique<SessionState>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

SessionEffects Session::step(std::span<const SessionEvent> events, Instant now) {
  SessionEffects effects;
  if (state_->over) return effects;
  Turn turn{*state_, effects, now};
  for (const SessionEvent& event : events) {
    std::visit(Dispatch{turn}, event);
    if (state_->over) return effects;
  }
  keep_working(turn);
  keep_delivering(turn);
  keep_link(turn);
  end_if_drained(turn);
  return effects;
}

Instant Session::next_tick(Instant now) const {
  const SessionState& state = *state_;
  const Link& link = state.link;
  Instant next = std::min(link.patience_from + link.liveness, link.welcomed ? link.heartbeat_at : link.hello_at);
  const auto by = [&](Instant when) { next = std::min(next, when); };
  for (const Job& job : state.jobs) {
    const std::optional<Instant> late = deadline(job);
    if (late && job.running && !job.reported && !job.unwanted) by(*late);
    if (job.running || job.reported) continue;
    if (state.engineless_since) by(*state.engineless_since + state.options.engine_patience);
    const bool open = !job.references.in_flight && !job.references.ready;
    if (open && state.specs.at(job.spec).ready) by(job.references.again);
  }
  for (const auto& [ticket, stored] : state.outbox) {
    if (link.welcomed && stored.missing.empty() && !stored.given_up) by(stored.send_at);
  }
  for (const auto* attempts : {&state.specs, &state.uploads}) {
    for (const auto& [digest, attempt] : *attempts) {
      if (!attempt.in_flight && !attempt.ready) by(attempt.again);
    }
  }
  if (state.drain_deadline) by(*state.drain_deadline);
  return std::max(now, next);
}

std::vector<Held> Session::held(Instant now) const {
  return state_->held(now);
}

std::set<Digest> Session::specs() const {
  std::set<Digest> specs;
  for (const auto& [spec, attempt] : state_->specs) specs.insert(spec);
  return specs;
}

bool Session::draining() const {
  return state_->draining();
}

std::vector<std::string> Session::check_invariants() const {
  std::vector<std::string> broken;
  const auto expect = [&](bool condition, const std::string& what) {
    if (!condition) broken.push_back("worker " + state_->options.worker.value + ": " + what);
  };
  std::set<Ticket> seen;
  std::map<SlotIndex, int> at_work;
  for (const Job& job : state_->jobs) {
    expect(seen.insert(job.ticket).second, "it holds a job twice");
    expect(job.running || !job.unwanted, "a job that nobody wants is queued");
    expect(!job.running || job.slot < state_->slots.size(), "a job runs on no slot");
    expect(state_->specs.contains(job.spec), "a job's spec is not kept");
  }
  expect(seen.size() == state_->job_of.size(), "a job cannot be found by its ticket");
  const auto unwanted = std::ranges::count_if(state_->jobs, [](const Job& job) { return job.unwanted; });
  expect(state_->unwanted_jobs == static_cast<std::size_t>(unwanted), "the unwanted jobs are miscounted");
  for (const auto& [spec, attempt] : state_->specs) {
    const auto needs = [&, wanted = spec](const Job& job) { return job.spec == wanted; };
    const auto jobs = std::count_if(state_->jobs.begin(), state_->jobs.end(), needs);
    const auto counted = state_->spec_jobs.find(spec);
    expect(jobs > 0, "a spec is kept for nothing");
    expect(counted != state_->spec_jobs.end() && counted->second == static_cast<std::size_t>(jobs),
           "the jobs of a spec are miscounted");
  }
  for (const auto& [ticket, stored] : state_->outbox) {
    expect(stored.result.ticket == ticket, "a result is filed under another ticket");
    for (const Digest& digest : stored.missing) {
      expect(stored.given_up || state_->uploads.contains(digest), "an artifact is missing and not uploaded");
    }
  }
  return broken;
}

}  // namespace troupe::agent
