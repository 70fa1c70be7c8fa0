// Ctrl-C and SIGTERM for commands that wait: the signal wakes a wait instead of ending the process.
#pragma once

#include "common/base/clock.h"

namespace troupe::cli {

// Blocks SIGINT and SIGTERM for this thread (and those it starts) while it lives. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Waits so long, or shorter when a signal comes; true when one has come, now or before.
  bool wait(Millis most);
  // The same for a signal that was not yet waited for: true for a second Ctrl-C.
  bool wait_again(Millis most);

 private:
  int fd_ = -1;
  bool seen_ = false;
};

}  // namespace troupe::cli
