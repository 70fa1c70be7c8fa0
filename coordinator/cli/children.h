// Programs that `troupe up` starts and keeps alive.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/status.h"

namespace troupe::cli {

struct ChildSpec {
  std::string name;
  std::vector<std::string> command;  // the program's path and its arguments
  std::string log;                   // standard output and error are appended to this file
};

// One program, started again with backoff whenever it ends on its own. It has a process group of its own, so that
// Ctrl-C in a terminal reaches `up` alone, and gets SIGTERM when `up` itself is killed.
class Child {
 public:
  explicit Child(ChildSpec spec) : spec_(std::move(spec)) {}

  const ChildSpec& spec() const { return spec_; }
  pid_t pid() const { return pid_; }  // 0 when it is not running
  int restarts() const { return restarts_; }

  Status start(Instant now);
  // Notices its end and starts it again when its pause is over. A remark about what happened, or empty.
  std::string tend(Instant now, Random& random);
  // Sends the signal, if it runs; it is not started again from then on.
  void stop(int signal);
  // False once it is gone after stop().
  bool running();

 private:
  bool reap(int* how);
  ChildSpec spec_;
  pid_t pid_ = 0;
  bool stopping_ = false;
  int restarts_ = 0;
  int quick_ends_ = 0;  // ends in a row that came soon after the start
  Instant started_;
  Instant next_start_;
};

// "exit 1", "signal 9 (Killed)": of a wait status.
std::string how_it_ended(int wait_status);
// The last `lines` lines of a file; empty when there is none.
std::string tail_of(const std::string& path, int lines);

}  // namespace troupe::cli
