// The thread of an engine's port: it sends what the others have to say, takes what the agent wants, and watches whether
// there still is an agent. Messages leave in the order of send().
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "common/base/descriptor.h"
#include "worker/engine/port.h"

namespace troupe::engine {

class Courier {
 public:
  // The port is the courier's alone until it is destroyed. agent: the process whose end is the end of this engine.
  static Result<std::unique_ptr<Courier>> start(Port& port, pid_t agent);
  // Sends what is left.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // For any thread; never waits.
  void send(Message message);
  // The next run that is wanted; waits for it. Nothing: it is time to leave (told to, the agent is gone, the port
  // broke).
  std::optional<Run> next_run();
  // Whether anybody still waits for the run.
  bool wanted(std::uint64_t run) const;
  // Why the port cannot be used any more, or OK.
  Status status() const;

 private:
  Courier(Port& port, pid_t agent, Descriptor wake) : port_(port), agent_(agent), wake_(std::move(wake)) {}
  void work();
  void take(Message message);
  Status send_waiting();
  void leave(Status status);

  Port& port_;
  const pid_t agent_;
  Descriptor wake_;

  mutable std::mutex mutex_;  // of the rest but for the thread
  std::condition_variable changed_;
  std::deque<Message> outgoing_;
  std::deque<Run> runs_;
  std::set<std::uint64_t> cancelled_;
  bool leaving_ = false;
  bool closing_ = false;
  Status status_;

  std::thread thread_;
};

}  // namespace troupe::engine
