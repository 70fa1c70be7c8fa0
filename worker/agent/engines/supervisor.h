// Keeps one engine alive for each slot, and tells apart what an engine says from what became of it.
#pragma once

#include <zmq.h>

#include <cstdint>
#include <memory>
#include <optional>
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
// The engine's device is free again: it can take the next run while it writes the pictures of this one. The run's
// RunDone or RunFailed follows.
struct RunDrawn {
  std::size_t slot = 0;
  std::uint64_t run = 0;
};
struct RunDone {
  std::size_t slot = 0;
  engine::Done done;
};
// `drawn`: a RunDrawn came before; else the device is free again now, unless failed.exiting: then an EngineGone
// follows. `cancelled`: because cancel() was called. log: the engine's last lines.
//
// When an engine dies, one run fails for it: the one that it was killed for, else the one on the device, else the one
// whose pictures were being written. Another that it had ends without a word.
struct RunFailed {
  std::size_t slot = 0;
  engine::Failed failed;
  bool drawn = false;
  bool cancelled = false;
  std::vector<std::string> log;
  bool died = false;  // the engine ended of itself, with the run in its hands or because of it
};
using EngineEvent = std::variant<EngineUp, EngineGone, RunProgress, RunDrawn, RunDone, RunFailed>;

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

  // Needs an engine that is up and whose device is free. The run's number, by which events name it (run.run is filled
  // in); nothing when there is no such engine (it died meanwhile).
  std::optional<std::uint64_t> run(std::size_t slot, engine::Run run);
  // The run ends with RunFailed, soon (the engine is killed if need be), or, when it is drawn already, with RunDone.
  // Nothing happens when it has ended.
  void cancel(std::size_t slot, std::uint64_t run, Instant now);

 private:
  struct Slot;
  void start(Slot& slot, Instant now, std::vector<EngineEvent>& events);
  void read(Slot& slot, std::vector<EngineEvent>& events);
  void take(Slot& slot, engine::Message message, std::vector<EngineEvent>& events);
  void bury(Slot& slot, const std::string& how, Instant now, std::vector<EngineEvent>& events);
  void fail_run(Slot& slot, engine::Failed failed, std::vector<EngineEvent>& events, bool died = false);

  zmq::context_t& context_;
  SupervisorOptions options_;
  Random& random_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace troupe::agent
