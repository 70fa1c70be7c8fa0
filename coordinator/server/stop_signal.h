// Asks a running server to stop: from a signal handler, another thread or a client's request.
#pragma once

#include "common/base/descriptor.h"

namespace troupe::server {

class StopSignal {
 public:
  StopSignal();
  // Async-signal-safe; as often as one likes.
  void request() const noexcept;
  // Readable once stopping was asked for.
  int descriptor() const { return event_.get(); }

 private:
  Descriptor event_;
};

// SIGTERM and SIGINT ask `stop` to stop for as long as this object lives; one a process.
class StopOnSignals {
 public:
  explicit StopOnSignals(const StopSignal& stop);
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;
};

}  // namespace troupe::server
