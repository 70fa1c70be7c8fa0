// Signals as something to wait for beside the sockets.
#pragma once

#include "common/base/descriptor.h"
#include "common/base/status.h"

namespace troupe::agent {

// Blocks SIGTERM, SIGINT and SIGCHLD for this thread and those that it starts later: make it before any other thread.
class Signals {
 public:
  static Result<Signals> open();
  // For poll.
  int descriptor() const { return file_.get(); }

  struct Seen {
    int stops = 0;       // SIGTERM and SIGINT
    bool child = false;  // a process ended
  };
  // What came since the last call; never waits.
  Seen take();

 private:
  explicit Signals(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace troupe::agent
