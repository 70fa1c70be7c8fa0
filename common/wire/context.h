// One libzmq context a process, set up for as many connections as the machine allows.
#pragma once

#include <memory>
#include <zmq.hpp>

#include "common/base/status.h"

namespace troupe::wire {

struct ContextOptions {
  int max_sockets = 1023;  // of this process, not connections; libzmq reserves some memory for each
  int io_threads = 1;      // one moves about a gigabyte a second
};

class Context {
 public:
  static Result<Context> open(const ContextOptions& options);
  zmq::context_t& raw() { return *context_; }

 private:
  explicit Context(std::unique_ptr<zmq::context_t> context) : context_(std::move(context)) {}
  std::unique_ptr<zmq::context_t> context_;
};

// Raises this process's soft limit of open files to its hard limit: each connection takes one, on a client's side two.
// Returns the limit that holds now.
std::uint64_t raise_descriptor_limit();

// The Status of a libzmq error number after `what` failed.
Status zmq_status(const std::string& what, int error);

}  // namespace troupe::wire
