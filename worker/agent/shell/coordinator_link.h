// The agent's connection to the coordinator: a DEALER, made anew when the coordinator moves or falls silent.
#pragma once

#include <optional>

#include "common/domain/messages.h"
#include "common/wire/socket.h"
#include "worker/agent/shell/server_address.h"

namespace troupe::agent {

class CoordinatorLink {
 public:
  // `context` outlives it.
  CoordinatorLink(wire::Context& context, ServerConfig config, WorkerId self);

  // Looks where the coordinator is; connects when there is no connection or it moved. True when the connection is new.
  // An error says why there is none; it is the same text as long as nothing changes.
  Result<bool> keep();
  // Drops the connection; keep() makes the next.
  void drop() { socket_.reset(); }

  // What the socket does not take is dropped: the session sends all that matters again.
  void send(const FromWorker& message);
  // The next message that could be read, or nothing. Unreadable ones are dropped with a line in the log.
  std::optional<ToWorker> receive();

  // For wait_readable; null without a connection.
  void* handle() { return socket_ ? socket_->handle() : nullptr; }
  const std::optional<ServerAddress>& address() const { return address_; }

 private:
  Status connect(const ServerAddress& address);

  wire::Context& context_;
  ServerConfig config_;
  WorkerId self_;
  std::optional<ServerAddress> address_;
  std::optional<wire::Socket> socket_;
  std::uint64_t sent_ = 0;
};

}  // namespace troupe::agent
