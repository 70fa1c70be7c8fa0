#include "common/wire/socket.h"

#include <atomic>
#include <charconv>

namespace troupe::wire {
namespace {

constexpr int kBacklog = 4096;
constexpr int kHandshakeMillis = 30'000;
// What CURVE adds to a message: libzmq measures it as it comes and drops the connection over one that is too long.
constexpr std::size_t kCurveBytes = 33;
// libzmq has this option in its stable builds but names it only in draft headers. With it a connection is refused when
// no ZAP handler answers; without it such a connection would be let in.
constexpr int kZapEnforceDomain = 93;
constexpr const char* kZapDomain = "troupe";

int as_int(Millis duration) {
  return static_cast<int>(duration.count());
}

void set_limits(zmq::socket_t& socket, const SocketLimits& limits) {
  socket.set(zmq::sockopt::rcvhwm, limits.receive_high_water);
  socket.set(zmq::sockopt::sndhwm, limits.send_high_water);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(limits.message_bytes + kCurveBytes));
  socket.set(zmq::sockopt::handshake_ivl, kHandshakeMillis);
}

void set_server_curve(zmq::socket_t& socket, const ServerCurve& curve) {
  socket.set(zmq::sockopt::zap_domain, kZapDomain);
  const int on = 1;
  if (zmq_setsockopt(socket.handle(), kZapEnforceDomain, &on, sizeof on) != 0) throw zmq::error_t();
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, curve.keys.secret_key);
}

// The user that ZAP gave the connection of this message.
std::string user_of(zmq::message_t& message) {
  const char* user = zmq_msg_gets(message.handle(), "User-Id");
  return user ? user : "";
}

// libzmq's own names of connections start with a zero byte; any other was chosen by the peer.
bool names_itself(const std::string& peer) {
  return peer.empty() || peer[0] != '\0';
}

}  // namespace

Result<Socket> Socket::bind_router(Context& context, const RouterOptions& options) {
  try {
    zmq::socket_t raw(context.raw(), zmq::socket_type::router);
    set_limits(raw, options.limits);
    raw.set(zmq::sockopt::router_mandatory, true);
    raw.set(zmq::sockopt::backlog, kBacklog);
    raw.set(zmq::sockopt::linger, 0);
    if (options.endpoint.find('[') != std::string::npos) raw.set(zmq::sockopt::ipv6, true);
    if (options.curve) set_server_curve(raw, *options.curve);
    raw.bind(options.endpoint);
    Socket socket(std::move(raw), options.limits);
    socket.endpoint_ = socket.socket_.get(zmq::sockopt::last_endpoint);
    socket.router_ = true;
    return socket;
  } catch (const zmq::error_t& error) {
    return zmq_status("listen on " + options.endpoint, error.num());
  }
}

Result<Socket> Socket::connect_dealer(Context& context, const DealerOptions& options) {
  try {
    zmq::socket_t raw(context.raw(), zmq::socket_type::dealer);
    set_limits(raw, options.limits);
    raw.set(zmq::sockopt::reconnect_ivl, as_int(options.reconnect_first));
    raw.set(zmq::sockopt::reconnect_ivl_max, as_int(options.reconnect_most));
    raw.set(zmq::sockopt::linger, as_int(options.linger));
    if (options.endpoint.find('[') != std::string::npos) raw.set(zmq::sockopt::ipv6, true);
    if (options.curve) {
      raw.set(zmq::sockopt::curve_serverkey, options.curve->server_key);
      raw.set(zmq::sockopt::curve_publickey, options.curve->keys.public_key);
      raw.set(zmq::sockopt::curve_secretkey, options.curve->keys.secret_key);
    }
    Socket socket(std::move(raw), options.limits);
    if (options.curve) socket.watch_refusals(context);
    socket.socket_.connect(options.endpoint);
    socket.endpoint_ = options.endpoint;
    return socket;
  } catch (const zmq::error_t& error) {
    return zmq_status("connect to " + options.endpoint, error.num());
  }
}

void Socket::watch_refusals(Context& context) {
  static std::atomic<std::uint64_t> counter{0};
  const std::string endpoint = "inproc://troupe.refusals." + std::to_string(++counter);
  if (zmq_socket_monitor(socket_.handle(), endpoint.c_str(), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0) {
    throw zmq::error_t();
  }
  refusals_.emplace(context.raw(), zmq::socket_type::pair);
  refusals_->set(zmq::sockopt::linger, 0);
  refusals_->connect(endpoint);
}

bool Socket::was_refused() {
  if (!refusals_) return refused_;
  try {
    zmq::message_t event;
    if (!refusals_->recv(event, zmq::recv_flags::dontwait)) return false;
    refused_ = true;
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return false;
  }
  // One is enough; nobody may be there to read the next ones, and libzmq would wait for somebody.
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
  refusals_.reset();
  return refused_;
}

Result<std::optional<Received>> Socket::receive() {
  try {
    Received received;
    zmq::message_t message;
    if (!socket_.recv(message, zmq::recv_flags::dontwait)) {
      (void)was_refused();
      return std::optional<Received>();
    }
    if (router_) {
      received.peer = message.to_string();
      received.refused = names_itself(received.peer);
      if (!message.more()) return std::optional<Received>(Received{received.peer, "", {}, true});
      (void)socket_.recv(message, zmq::recv_flags::dontwait);
    }
    received.user = user_of(message);
    // All of a multipart message is there at once; what is too much is read off and forgotten.
    for (std::size_t bytes = 0;; (void)socket_.recv(message, zmq::recv_flags::dontwait)) {
      bytes += message.size();
      if (received.parts.size() == limits_.message_parts || bytes > limits_.message_bytes) received.refused = true;
      if (!received.refused) received.parts.push_back(message.to_string());
      if (!message.more()) break;
    }
    if (received.refused) received.parts.clear();
    return std::optional<Received>(std::move(received));
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return std::optional<Received>();
    return zmq_status("receive", error.num());
  }
}

Sent Socket::send_parts(const std::string* peer, std::span<const std::string_view> parts) {
  std::size_t bytes = 0;
  for (const std::string_view part : parts) bytes += part.size();
  if (parts.empty() || parts.size() > limits_.message_parts || bytes > limits_.message_bytes) return Sent::kTooLarge;
  try {
    using zmq::send_flags;
    if (peer && !socket_.send(zmq::buffer(*peer), send_flags::sndmore | send_flags::dontwait)) return Sent::kFull;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto more = i + 1 < parts.size() ? send_flags::sndmore : send_flags::none;
      if (!socket_.send(zmq::buffer(parts[i]), more | send_flags::dontwait)) return Sent::kFull;
    }
    return Sent::kSent;
  } catch (const zmq::error_t& error) {
    return error.num() == EINTR ? Sent::kFull : Sent::kGone;
  }
}

Status wait_readable(std::span<Waitable> items, Millis timeout) {
  std::vector<zmq_pollitem_t> polled;
  polled.reserve(items.size());
  for (Waitable& item : items) {
    item.ready = false;
    polled.push_back({item.socket, item.descriptor, ZMQ_POLLIN, 0});
  }
  if (zmq_poll(polled.data(), static_cast<int>(polled.size()), static_cast<long>(timeout.count())) < 0) {
    const int error = zmq_errno();
    return error == EINTR ? Status() : zmq_status("wait for messages", error);
  }
  for (std::size_t i = 0; i < items.size(); ++i) items[i].ready = (polled[i].revents & ZMQ_POLLIN) != 0;
  return {};
}

int port_of(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  int port = 0;
  if (colon == std::string_view::npos) return 0;
  std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  return port;
}

}  // namespace troupe::wire
