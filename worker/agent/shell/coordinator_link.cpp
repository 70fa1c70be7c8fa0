#include "worker/agent/shell/coordinator_link.h"

#include "common/base/log.h"
#include "common/wire/convert.h"

namespace troupe::agent {
namespace {

constexpr Millis kLinger{1000};  // a Goodbye still leaves

}  // namespace

CoordinatorLink::CoordinatorLink(wire::Context& context, ServerConfig config, WorkerId self)
    : context_(context), config_(std::move(config)), self_(std::move(self)) {}

Result<bool> CoordinatorLink::keep() {
  const auto address = find_server(config_);
  // A coordinator that restarts takes its file away for a moment: the connection there is finds it again.
  if (!address.ok() && socket_) return false;
  if (!address.ok()) return address.status();
  if (socket_ && address_ == *address) return false;
  TROUPE_RETURN_IF_ERROR(connect(*address));
  return true;
}

Status CoordinatorLink::connect(const ServerAddress& address) {
  wire::DealerOptions options;
  options.endpoint = address.endpoint;
  options.linger = kLinger;
  TROUPE_ASSIGN_OR_RETURN(options.curve, address.curve());
  TROUPE_ASSIGN_OR_RETURN(wire::Socket socket, wire::Socket::connect_dealer(context_, options));
  socket_.emplace(std::move(socket));
  address_ = address;
  return {};
}

void CoordinatorLink::send(const FromWorker& message) {
  if (!socket_) return;
  const wire::Sent sent = socket_->send(wire::encode(message, ++sent_));
  if (sent == wire::Sent::kTooLarge) logger("agent")->warn("a message was too large to be sent");
}

std::optional<ToWorker> CoordinatorLink::receive() {
  while (socket_) {
    auto received = socket_->receive();
    if (!received.ok()) {
      logger("agent")->warn("reading from the coordinator: {}", received.status().message());
      drop();
      return std::nullopt;
    }
    if (!*received) return std::nullopt;
    if ((*received)->refused || (*received)->parts.size() != 1) {
      logger("agent")->warn("dropped a message of the coordinator that is larger than agreed");
      continue;
    }
    auto message = wire::decode_to_worker((*received)->parts.front(), self_);
    if (message.ok()) return std::move(message).value();
    logger("agent")->warn("dropped a message of the coordinator: {}", message.status().message());
  }
  return std::nullopt;
}

}  // namespace troupe::agent
