// The socket between an agent and one of its engines: a ZeroMQ PAIR over ipc://, one path for each life of an engine,
// so that nothing of a dead engine is ever read by its successor. No torch and no generated header is seen from here.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/status.h"
#include "worker/engine/messages.h"

namespace zmq {
class context_t;
}

namespace troupe::engine {

// Paths of ipc:// sockets are cut by the system at this many bytes.
inline constexpr std::size_t kMaxSocketPath = 107;

class Port {
 public:
  // The agent's end. `path` is a path in a folder that only this user can enter. kInvalid when it is too long.
  static Result<std::unique_ptr<Port>> bind(zmq::context_t& context, const std::string& path);
  // The engine's end. `endpoint`: "ipc://PATH", as endpoint() of the agent's end says it.
  static Result<std::unique_ptr<Port>> connect(zmq::context_t& context, const std::string& endpoint);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  const std::string& endpoint() const { return endpoint_; }

  // Never blocks. kUnavailable when nobody is at the other end or it does not keep up; kInternal for a socket's
  // failure.
  Status send(const Message& message);
  // The next message, or nothing after `wait` (negative: for ever) or once the descriptor `wake` is readable (negative:
  // none). kCorrupt for one that could not be read; it is dropped, later ones come through.
  Result<std::optional<Message>> receive(Millis wait = Millis{0}, int wake = -1);

  // For zmq_poll.
  void* handle();

 private:
  struct Socket;
  Port(std::unique_ptr<Socket> socket, std::string endpoint);
  std::unique_ptr<Socket> socket_;
  std::string endpoint_;
};

}  // namespace troupe::engine
