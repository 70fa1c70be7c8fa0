// A real program under test: started, watched through a pidfd, killed at the latest with the object. TROUPE_PATIENCE=N
// in the environment makes every longest time of this header N times as long.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::testing {

struct ProcessOptions {
  std::vector<std::string> command;                // the program's path and its arguments
  std::map<std::string, std::string> environment;  // on top of this process's own
};

class Process {
 public:
  explicit Process(const ProcessOptions& options);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  Process(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // The exit code (128 + the number for a signal), or nullopt when it still runs after `most`.
  std::optional<int> wait(std::chrono::milliseconds most);
  std::string out() const;
  std::string err() const;

 private:
  pid_t pid_ = -1;
  int pidfd_ = -1;
  std::optional<int> code_;
  std::string folder_;
};

struct Ran {
  int code = -1;  // -1: it did not end in time and was killed
  std::string out;
  std::string err;
};

// Runs a program to its end.
Ran run(const ProcessOptions& options, std::chrono::milliseconds most = std::chrono::seconds(60));

// Asks until `done` says so; false when it never did.
bool poll_until(const std::function<bool()>& done, std::chrono::milliseconds most = std::chrono::seconds(30));

}  // namespace troupe::testing
