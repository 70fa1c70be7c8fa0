#include "worker/agent/engines/supervisor.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <zmq.hpp>

namespace troupe::agent {
namespace {

constexpr int kMostMessages = 64;  // of one engine in one turn
constexpr Millis kLastWords{50};   // how long what a dead engine sent may take to arrive
constexpr Millis kLookAgain{20};   // until a process whose output closed is gone
constexpr Millis kRarely{1000};

}  // namespace

struct Supervisor::Slot {
  explicit Slot(std::size_t number, std::string log_path) : index(number), log(std::move(log_path)) {}

  std::size_t index;
  EngineLog log;
  std::unique_ptr<EngineProcess> process;  // null between two lives
  std::uint64_t lives = 0;
  int failures = 0;  // deaths in a row without a finished job
  Instant start_at;  // of the next life
  bool ready = false;
  std::uint64_t runs = 0;       // numbers of runs, over all lives
  std::uint64_t running = 0;    // on the device; 0: it is free
  std::uint64_t finishing = 0;  // drawn, its pictures being written; 0: none
  std::uint64_t cancelled = 0;  // 0: none
  bool leaving = false;         // it said that it does
  struct Deadline {
    Instant at;
    std::string what;       // why it is killed then
    std::uint64_t run = 0;  // for which run; 0: for itself
  };
  std::optional<Deadline> deadline;
  std::string killed_for;        // why this agent killed it
  std::uint64_t killed_run = 0;  // and for which run

  bool has(std::uint64_t run) const { return run != 0 && (run == running || run == finishing); }
  void end(std::uint64_t run) {
    if (run == running) running = 0;
    if (run == finishing) finishing = 0;
    if (run == cancelled) cancelled = 0;
    if (deadline && deadline->run == run) deadline.reset();
  }
};

Supervisor::Supervisor(zmq::context_t& context, SupervisorOptions options, Random& random)
    : context_(context), options_(std::move(options)), random_(random) {
  for (std::size_t i = 0; i < options_.slot_arguments.size(); ++i) {
    slots_.push_back(std::make_unique<Slot>(i, options_.log_folder + "/engine-" + std::to_string(i) + ".log"));
  }
}

Supervisor::~Supervisor() = default;

std::size_t Supervisor::slots() const {
  return slots_.size();
}

std::vector<EngineEvent> Supervisor::turn(Instant now) {
  std::vector<EngineEvent> events;
  for (const auto& slot : slots_) {
    if (!slot->process && now >= slot->start_at) start(*slot, now, events);
    if (!slot->process) continue;
    slot->process->read_output();
    read(*slot, events);
    if (slot->leaving && !slot->deadline) slot->deadline = {now + options_.cancel_limit, "did not leave", 0};
    if (slot->deadline && now >= slot->deadline->at) {
      slot->killed_for = slot->deadline->what;
      slot->killed_run = slot->deadline->run;
      slot->deadline.reset();
      slot->process->kill();
    }
    if (const auto how = slot->process->ended()) bury(*slot, *how, now, events);
  }
  return events;
}

void Supervisor::start(Slot& slot, Instant now, std::vector<EngineEvent>& events) {
  EngineCommand command = options_.command;
  const auto& more = options_.slot_arguments[slot.index];
  command.arguments.insert(command.arguments.end(), more.begin(), more.end());
  slot.log.begin();
  const std::string socket =
      options_.run_folder + "/e" + std::to_string(slot.index) + "-" + std::to_string(++slot.lives) + ".sock";
  auto process = EngineProcess::start(context_, command, socket, slot.log);
  if (!process.ok()) {
    slot.start_at = now + backoff(options_.restart, ++slot.failures, random_);
    events.push_back(EngineGone{slot.index, process.status().to_string()});
    return;
  }
  slot.process = std::move(process).value();
  slot.deadline = {now + options_.start_limit,
                   "did not become ready within " + std::to_string(options_.start_limit.count()) + " ms", 0};
}

void Supervisor::read(Slot& slot, std::vector<EngineEvent>& events) {
  for (int i = 0; i < kMostMessages; ++i) {
    auto message = slot.process->port().receive();
    if (!message.ok()) {
      slot.killed_for = "said what nobody understands: " + message.status().message();
      slot.process->kill();
      return;
    }
    if (!*message) return;
    take(slot, std::move(**message), events);
  }
}

void Supervisor::take(Slot& slot, engine::Message message, std::vector<EngineEvent>& events) {
  if (auto* ready = std::get_if<engine::Ready>(&message); ready && !slot.ready) {
    slot.ready = true;
    slot.deadline.reset();
    events.push_back(EngineUp{slot.index, std::move(*ready)});
  } else if (auto* progress = std::get_if<engine::Progress>(&message)) {
    if (slot.running != 0 && progress->run == slot.running) {
      events.push_back(RunProgress{slot.index, std::move(*progress)});
    }
  } else if (const auto* free = std::get_if<engine::Free>(&message)) {
    if (slot.running == 0 || free->run != slot.running) return;
    slot.finishing = std::exchange(slot.running, 0);
    events.push_back(RunDrawn{slot.index, free->run});
  } else if (auto* done = std::get_if<engine::Done>(&message)) {
    if (slot.finishing == 0 || done->run != slot.finishing) return;
    slot.end(done->run);
    slot.failures = 0;
    events.push_back(RunDone{slot.index, std::move(*done)});
  } else if (auto* failed = std::get_if<engine::Failed>(&message)) {
    if (!slot.has(failed->run)) return;
    slot.process->read_output();
    slot.leaving = failed->exiting;
    const bool died = failed->exiting && failed->fault == Fault::kWorker;
    fail_run(slot, std::move(*failed), events, died);
  }
}

void Supervisor::fail_run(Slot& slot, engine::Failed failed, std::vector<EngineEvent>& events, bool died) {
  const std::uint64_t run = failed.run;
  events.push_back(RunFailed{slot.index, std::move(failed), run == slot.finishing, run == slot.cancelled,
                             slot.log.tail().lines(), died});
  slot.end(run);
}

void Supervisor::bury(Slot& slot, const std::string& how, Instant now, std::vector<EngineEvent>& events) {
  slot.process->read_output();
  while (slot.running != 0 || slot.finishing != 0) {
    auto last = slot.process->port().receive(kLastWords);
    if (!last.ok() || !*last) break;
    take(slot, std::move(**last), events);
  }
  const std::string reason = "the engine " + (slot.killed_for.empty() ? how : slot.killed_for);
  const std::uint64_t device = slot.running != 0 ? slot.running : slot.finishing;
  const std::uint64_t to_blame = slot.has(slot.killed_run) ? slot.killed_run : device;
  if (to_blame != 0) fail_run(slot, {to_blame, Fault::kWorker, reason, true}, events, slot.killed_for.empty());
  slot.process.reset();
  slot.ready = false;
  slot.running = slot.finishing = slot.cancelled = 0;
  slot.leaving = false;
  slot.deadline.reset();
  slot.killed_for.clear();
  slot.killed_run = 0;
  slot.start_at = now + backoff(options_.restart, ++slot.failures, random_);
  events.push_back(EngineGone{slot.index, reason});
}

Instant Supervisor::next_turn(Instant now) const {
  Instant next = now + kRarely;
  for (const auto& slot : slots_) {
    if (!slot->process) next = std::min(next, slot->start_at);
    if (slot->deadline) next = std::min(next, slot->deadline->at);
    if (slot->process && slot->process->output() < 0) next = std::min(next, now + kLookAgain);
  }
  return next;
}

void Supervisor::add_poll_items(std::vector<zmq_pollitem_t>& items) const {
  for (const auto& slot : slots_) {
    if (!slot->process) continue;
    items.push_back({slot->process->port().handle(), 0, ZMQ_POLLIN, 0});
    if (slot->process->output() >= 0) items.push_back({nullptr, slot->process->output(), ZMQ_POLLIN, 0});
  }
}

std::optional<std::uint64_t> Supervisor::run(std::size_t index, engine::Run run) {
  Slot& slot = *slots_[index];
  if (!slot.process || !slot.ready || slot.leaving || slot.running != 0) return std::nullopt;
  run.run = ++slot.runs;
  if (!slot.process->port().send(run).ok()) return std::nullopt;
  return slot.running = run.run;
}

void Supervisor::cancel(std::size_t index, std::uint64_t run, Instant now) {
  Slot& slot = *slots_[index];
  if (!slot.has(run) || slot.cancelled == run) return;
  slot.cancelled = run;
  slot.deadline = {now + options_.cancel_limit, "did not stop when it was told to", run};
  if (!slot.process->port().send(engine::Cancel{run}).ok()) slot.process->kill();
}

}  // namespace troupe::agent
