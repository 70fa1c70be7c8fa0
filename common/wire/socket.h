// The two kinds of sockets that Troupe's programs talk over: a ROUTER that serves many peers and a DEALER that talks to
// one server. Nothing here blocks but wait_readable(); nothing throws. A socket belongs to one thread at a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/status.h"
#include "common/wire/context.h"
#include "common/wire/keys.h"

namespace troupe::wire {

struct Received {
  std::string peer;                // a ROUTER's name of the connection; empty on a DEALER
  std::string user;                // who the connection belongs to, as ZAP said (zap.h); empty on a plain socket
  std::vector<std::string> parts;  // at least one, none when refused
  bool refused = false;            // more parts or bytes than the socket takes, or a connection that named itself
};

enum class Sent {
  kSent,
  kFull,      // the peer does not read; try again later or drop it
  kGone,      // no such peer (any more)
  kTooLarge,  // more than the other side would take: it would drop the connection
};

struct SocketLimits {
  std::size_t message_bytes = limits::kMaxMessageBytes;  // all parts together, in and out
  std::size_t message_parts = limits::kMaxMessageParts;
  int receive_high_water = 64;  // messages queued for each peer
  int send_high_water = 256;
};

// The CURVE keys of a serving socket. Its context must have a ZapHandler (zap.h) already.
struct ServerCurve {
  KeyPair keys;
};

// Of a connecting one.
struct ClientCurve {
  KeyPair keys;
  std::string server_key;  // the server's public key
};

struct RouterOptions {
  std::string endpoint;              // "tcp://127.0.0.1:0" takes any free port; "ipc://PATH"
  std::optional<ServerCurve> curve;  // none: plain, everybody may connect
  SocketLimits limits;
};

struct DealerOptions {
  std::string endpoint;
  std::optional<ClientCurve> curve;
  SocketLimits limits;
  Millis reconnect_first{100};  // libzmq doubles it after each failure and adds a jitter
  Millis reconnect_most{5000};
  Millis linger{0};  // how long closing waits for messages on their way out
};

class Socket {
 public:
  // kAlreadyExists when the port is taken, kInvalid for an address that cannot be.
  static Result<Socket> bind_router(Context& context, const RouterOptions& options);
  // Connects in the background, and again whenever the connection is lost. kInvalid for an address that cannot be.
  static Result<Socket> connect_dealer(Context& context, const DealerOptions& options);

  // The next message, or nullopt when none waits.
  Result<std::optional<Received>> receive();

  // Of a DEALER: whether the server has refused this connection's key. libzmq goes on trying.
  bool was_refused();

  // Of a ROUTER.
  Sent send(const std::string& peer, std::string_view bytes) { return send_parts(&peer, {&bytes, 1}); }
  Sent send(const std::string& peer, std::span<const std::string_view> parts) { return send_parts(&peer, parts); }
  // Of a DEALER. kGone never comes: messages wait for the connection.
  Sent send(std::string_view bytes) { return send_parts(nullptr, {&bytes, 1}); }
  Sent send(std::span<const std::string_view> parts) { return send_parts(nullptr, parts); }

  // As bound, with the port that was given: "tcp://127.0.0.1:40123".
  const std::string& endpoint() const { return endpoint_; }
  void* handle() { return socket_.handle(); }
  // How long closing it waits for messages on their way out.
  void set_linger(Millis linger) { socket_.set(zmq::sockopt::linger, static_cast<int>(linger.count())); }

 private:
  Socket(zmq::socket_t socket, const SocketLimits& limits) : socket_(std::move(socket)), limits_(limits) {}
  Sent send_parts(const std::string* peer, std::span<const std::string_view> parts);
  void watch_refusals(Context& context);

  zmq::socket_t socket_;
  std::optional<zmq::socket_t> refusals_;  // where libzmq tells of handshakes that failed
  bool refused_ = false;
  SocketLimits limits_;
  std::string endpoint_;
  bool router_ = false;
};

// Something to wait for: a Socket's handle(), or a file descriptor.
struct Waitable {
  void* socket = nullptr;
  int descriptor = -1;
  bool ready = false;  // set by wait_readable
};

// Waits until one of them has something to read, `timeout` passes or a signal comes; a negative timeout waits for ever.
Status wait_readable(std::span<Waitable> items, Millis timeout);

// The port of "tcp://HOST:PORT", 0 when there is none.
int port_of(std::string_view endpoint);

}  // namespace troupe::wire
