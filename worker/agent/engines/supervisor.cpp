#include "worker/agent/engines/supervisor.h"

#include <algorithm>
#include <optional>
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
  std::uint64_t runs = 0;     // numbers of runs, over all lives
  std::uint64_t running = 0;  // 0: free
  bool cancelled = false;     // the run at hand
  bool leaving = false;       // it said that it does
  struct Deadline {
    Instant at;
    std::string what;  // why it is killed then
  };
  std::optional<Deadline> deadline;
  std::string killed_for;  // why this agent killed it
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
    if (slot->leaving && !slot->deadline) slot->deadline = {now + options_.cancel_limit, "did not leave"};
    if (slot->deadline && now >= slot->deadline->at) {
      slot->killed_for = slot->deadline->what;
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
                   "did not become ready within " + std::to_string(options_.start_limit.count()) + " ms"};
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
  } else if (auto* done = std::get_if<engine::Done>(&message)) {
    if (slot.running == 0 || done->run != slot.running) return;
    slot.running = 0;
    slot.failures = 0;
    slot.cancelled = false;
    slot.deadline.reset();
    events.push_back(RunDone{slot.index, std::move(*done)});
  } else if (auto* failed = std::get_if<engine::Failed>(&message)) {
    if (slot.running == 0 || failed->run != slot.running) return;
    slot.process->read_output();
    slot.leaving = failed->exiting;
    fail_run(slot, failed->fault, failed->reason, events);
  }
}

void Supervisor::fail_run(Slot& slot, Fault fault, const std::string& reason, std::vector<EngineEvent>& events) {
  events.push_back(
      RunFailed{slot.index, {slot.running, fault, reason, slot.leaving}, slot.cancelled, slot.log.tail().lines()});
  slot.running = 0;
  slot.cancelled = false;
  slot.deadline.reset();
}

void Supervisor::bury(Slot& slot, const std::string& how, Instant now, std::vector<EngineEvent>& events) {
  slot.process->read_output();
  while (slot.running != 0) {
    auto last = slot.process->port().receive(kLastWords);
    if (!last.ok() || !*last) break;
    take(slot, std::move(**last), events);
  }
  const std::string reason = "the engine " + (slot.killed_for.empty() ? how : slot.killed_for);
  slot.leaving = true;
  if (slot.running != 0) fail_run(slot, Fault::kWorker, reason, events);
  slot.process.reset();
  slot.ready = false;
  slot.leaving = false;
  slot.deadline.reset();
  slot.killed_for.clear();
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

bool Supervisor::run(std::size_t index, engine::Run run) {
  Slot& slot = *slots_[index];
  if (!slot.process || !slot.ready || slot.leaving || slot.running != 0) return false;
  run.run = ++slot.runs;
  if (!slot.process->port().send(run).ok()) return false;
  slot.running = run.run;
  slot.cancelled = false;
  return true;
}

void Supervisor::cancel(std::size_t index, Instant now) {
  Slot& slot = *slots_[index];
  if (slot.running == 0 || slot.cancelled) return;
  slot.cancelled = true;
  slot.deadline = {now + options_.cancel_limit, "did not stop when it was told to"};
  if (!slot.process->port().send(engine::Cancel{slot.running}).ok()) slot.process->kill();
}

}  // namespace troupe::agent
