// Keeps one engine alive for each slot, and tells apart what an engine says from what became of it.
#pragma once

#include <zmq.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/base/backoff.h"
#include "worker/agent/engines/engine_process.h"
#include "worker/engine/messages.h"

namespace troupe::agent {

// An engine can take its first run.
struct EngineUp {
  std::size_t slot = 0;
  engine::Ready ready;
};
// An engine is gone, or could not be started; another is started after a while.
struct EngineGone {
  std::size_t slot = 0;
  std::string reason;
};
struct RunProgress {
  std::size_t slot = 0;
  engine::Progress progress;
};
// The engine is free again after these two, unless failed.exiting: then an EngineGone follows.
struct RunDone {
  std::size_t slot = 0;
  engine::Done done;
};
// `cancelled`: because cancel() was called. log: the engine's last lines.
struct RunFailed {
  std::size_t slot = 0;
  engine::Failed failed;
  bool cancelled = false;
  std::vector<std::string> log;
};
using EngineEvent = std::variant<EngineUp, EngineGone, RunProgress, RunDone, RunFailed>;

struct SupervisorOptions {
  EngineCommand command;
  std::vector<std::vector<std::string>> slot_arguments;  // one list a slot, after command.arguments
  std::string run_folder;                                // for sockets; only this user may enter
  std::string log_folder;                                // engine-0.log, ...
  BackoffOptions restart{Millis(200), Millis(30000)};
  Millis start_limit{300000};  // to say Ready
  Millis cancel_limit{5000};   // to answer a cancel, or to leave when it said that it does; then it is killed
};

class Supervisor {
 public:
  Supervisor(zmq::context_t& context, SupervisorOptions options, Random& random);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  std::size_t slots() const;

  // Starts what is due, reads what the engines say and wrote, notes who died, kills who is late. Waits for nothing but,
  // some milliseconds, for the last words of an engine that died in the middle of a run.
  // Call it when a polled item is ready, when a child ended, and at next_turn().
  std::vector<EngineEvent> turn(Instant now);
  Instant next_turn(Instant now) const;
  void add_poll_items(std::vector<zmq_pollitem_t>& items) const;

  // Needs an engine that is up and free; the run's number is filled in. False when there is none (it died meanwhile).
  bool run(std::size_t slot, engine::Run run);
  // The run that the slot is at ends with RunFailed, soon (the engine is killed if need be); nothing when it is free.
  void cancel(std::size_t slot, Instant now);

 private:
  struct Slot;
  void start(Slot& slot, Instant now, std::vector<EngineEvent>& events);
  void read(Slot& slot, std::vector<EngineEvent>& events);
  void take(Slot& slot, engine::Message message, std::vector<EngineEvent>& events);
  void bury(Slot& slot, const std::string& how, Instant now, std::vector<EngineEvent>& events);
  void fail_run(Slot& slot, Fault fault, const std::string& reason, std::vector<EngineEvent>& events);

  zmq::context_t& context_;
  SupervisorOptions options_;
  Random& random_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace troupe::agent
