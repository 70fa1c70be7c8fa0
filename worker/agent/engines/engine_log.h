// Where an engine's standard error goes: a file for people, and the tail that travels with a failure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/descriptor.h"
#include "worker/agent/engines/log_tail.h"

namespace troupe::agent {

class EngineLog {
 public:
  // Appends to the file at `path`; past kMostBytes it becomes path.1 (the older path.1 is dropped). A file that cannot
  // be written is done without.
  explicit EngineLog(std::string path);

  void add(std::string_view bytes);
  const LogTail& tail() const { return tail_; }
  // A new life of the engine: its tail begins empty.
  void begin() { tail_ = LogTail(); }

  static constexpr std::uint64_t kMostBytes = 16u << 20;

 private:
  void open();
  std::string path_;
  Descriptor file_{-1};
  std::uint64_t bytes_ = 0;
  LogTail tail_;
};

}  // namespace troupe::agent
