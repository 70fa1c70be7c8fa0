#include "worker/engine/port.h"

#include <unistd.h>

#include <utility>
#include <zmq.hpp>

#include "common/base/limits.h"

namespace troupe::engine {
namespace {

constexpr int kQueuedMessages = 1000;
constexpr int kLingerMillis = 2000;  // an engine's last words still leave

Status socket_status(const std::string& what, const zmq::error_t& error) {
  return Status(Code::kInternal, what + ": " + error.what());
}

}  // namespace

struct Port::Socket {
  explicit Socket(zmq::context_t& context) : pair(context, zmq::socket_type::pair) {
    pair.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(limits::kMaxEngineMessageBytes));
    pair.set(zmq::sockopt::sndhwm, kQueuedMessages);
    pair.set(zmq::sockopt::rcvhwm, kQueuedMessages);
  }
  ~Socket() {
    if (!bound_path.empty()) ::unlink(bound_path.c_str());
  }
  zmq::socket_t pair;
  std::string bound_path;
};

Port::Port(std::unique_ptr<Socket> socket, std::string endpoint)
    : socket_(std::move(socket)), endpoint_(std::move(endpoint)) {}
Port::~Port() = default;

Result<std::unique_ptr<Port>> Port::bind(zmq::context_t& context, const std::string& path) {
  if (path.size() > kMaxSocketPath) {
    return Status(Code::kInvalid, "the socket path " + path + " is longer than " + std::to_string(kMaxSocketPath) +
                                      " bytes: use a shorter folder");
  }
  try {
    auto socket = std::make_unique<Socket>(context);
    socket->pair.set(zmq::sockopt::linger, 0);
    socket->pair.bind("ipc://" + path);
    socket->bound_path = path;
    return std::unique_ptr<Port>(new Port(std::move(socket), "ipc://" + path));
  } catch (const zmq::error_t& error) {
    return socket_status("cannot open the engine socket " + path, error);
  }
}

Result<std::unique_ptr<Port>> Port::connect(zmq::context_t& context, const std::string& endpoint) {
  try {
    auto socket = std::make_unique<Socket>(context);
    socket->pair.set(zmq::sockopt::linger, kLingerMillis);
    socket->pair.connect(endpoint);
    return std::unique_ptr<Port>(new Port(std::move(socket), endpoint));
  } catch (const zmq::error_t& error) {
    return socket_status("cannot connect to the agent at " + endpoint, error);
  }
}

Status Port::send(const Message& message) {
  std::vector<std::string> parts = encode(message);
  try {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto flags =
          i + 1 < parts.size() ? zmq::send_flags::sndmore | zmq::send_flags::dontwait : zmq::send_flags::dontwait;
      if (!socket_->pair.send(zmq::buffer(parts[i]), flags)) {
        return Status(Code::kUnavailable, "nobody takes messages at " + endpoint_);
      }
    }
    return {};
  } catch (const zmq::error_t& error) {
    return socket_status("cannot send to " + endpoint_, error);
  }
}

Result<std::optional<Message>> Port::receive(Millis wait, int wake) {
  try {
    zmq::pollitem_t items[] = {{socket_->pair.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake, ZMQ_POLLIN, 0}};
    zmq::poll(items, wake < 0 ? 1 : 2, wait < Millis{0} ? Millis{-1} : wait);
    if ((items[0].revents & ZMQ_POLLIN) == 0) return std::optional<Message>();
    std::vector<std::string> parts;
    std::size_t dropped = 0;
    for (bool more = true; more;) {
      zmq::message_t part;
      if (!socket_->pair.recv(part, zmq::recv_flags::dontwait)) return std::optional<Message>();
      more = part.more();
      if (parts.size() < 1 + limits::kMaxArtifacts) {
        parts.push_back(part.to_string());
      } else {
        ++dropped;
      }
    }
    if (dropped > 0) return Status(Code::kTooLarge, "a message of too many parts came from " + endpoint_);
    TROUPE_ASSIGN_OR_RETURN(Message message, decode(std::move(parts)));
    return std::optional<Message>(std::move(message));
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return std::optional<Message>();
    return socket_status("cannot read from " + endpoint_, error);
  }
}

void* Port::handle() {
  return socket_->pair.handle();
}

}  // namespace troupe::engine
