// Who may connect. libzmq asks a ZAP handler (RFC 27) about every CURVE connection, over an inproc socket of the same
// context; with no handler it would let everybody in, so the handler is there before any CURVE socket binds, and
// sockets insist on it (socket.cpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <zmq.hpp>

#include "common/base/status.h"
#include "common/wire/context.h"

namespace troupe::wire {

enum class Role { kWorker, kClient };

// The public keys that may connect. Safe from several threads; a key taken out is refused from its next message on,
// because role_of() is asked for each.
class AllowList {
 public:
  void allow(const std::string& public_key, Role role);
  void revoke(const std::string& public_key);
  // By public key, or by the user of a Received message: both are the key.
  std::optional<Role> role_of(const std::string& public_key) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Role> roles_;
};

// Answers libzmq from a thread of its own until it is destroyed. The user of a connection is its public key in Z85.
// Sockets of the context must be gone before it. `allowed` outlives it.
class ZapHandler {
 public:
  static Result<std::unique_ptr<ZapHandler>> start(Context& context, const AllowList& allowed);
  ~ZapHandler();
  ZapHandler(const ZapHandler&) = delete;
  ZapHandler& operator=(const ZapHandler&) = delete;

 private:
  ZapHandler(zmq::socket_t requests, zmq::socket_t stopping, zmq::socket_t stop, const AllowList& allowed);
  void serve();
  bool answer();
  void note_refusal(const std::string& address, const std::string& key);

  zmq::socket_t requests_;
  zmq::socket_t stopping_;  // the thread's end of a pair
  zmq::socket_t stop_;
  const AllowList& allowed_;
  std::uint64_t refusals_ = 0;
  std::chrono::steady_clock::time_point next_note_;  // of the log
  std::thread thread_;
};

}  // namespace troupe::wire
