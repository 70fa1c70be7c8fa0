#include "common/wire/zap.h"

#include <vector>

#include "common/base/log.h"

namespace troupe::wire {
namespace {

constexpr const char* kZapEndpoint = "inproc://zeromq.zap.01";
constexpr const char* kStopEndpoint = "inproc://troupe.zap.stop";
constexpr std::chrono::seconds kNoteEvery{1};  // a refused peer tries again and again
// version, request id, domain, address, identity, mechanism, then the mechanism's credentials
constexpr std::size_t kVersion = 0, kRequestId = 1, kAddress = 3, kMechanism = 5, kCredentials = 6;

std::vector<std::string> receive_all(zmq::socket_t& socket) {
  std::vector<std::string> parts;
  zmq::message_t message;
  do {
    if (!socket.recv(message, zmq::recv_flags::none)) break;
    parts.push_back(message.to_string());
  } while (message.more());
  return parts;
}

// The public key of a request in Z85, "" when the request is not about CURVE.
std::string key_of(const std::vector<std::string>& request) {
  if (request.size() != kCredentials + 1 || request[kVersion] != "1.0" || request[kMechanism] != "CURVE") return "";
  if (request[kCredentials].size() != 32) return "";
  char text[41];
  zmq_z85_encode(text, reinterpret_cast<const std::uint8_t*>(request[kCredentials].data()), 32);
  return text;
}

}  // namespace

void AllowList::allow(const std::string& public_key, Role role) {
  const std::lock_guard lock(mutex_);
  roles_[public_key] = role;
}

void AllowList::revoke(const std::string& public_key) {
  const std::lock_guard lock(mutex_);
  roles_.erase(public_key);
}

std::optional<Role> AllowList::role_of(const std::string& public_key) const {
  const std::lock_guard lock(mutex_);
  const auto found = roles_.find(public_key);
  if (found == roles_.end()) return std::nullopt;
  return found->second;
}

Result<std::unique_ptr<ZapHandler>> ZapHandler::start(Context& context, const AllowList& allowed) {
  try {
    zmq::socket_t requests(context.raw(), zmq::socket_type::rep);
    zmq::socket_t stopping(context.raw(), zmq::socket_type::pair);
    zmq::socket_t stop(context.raw(), zmq::socket_type::pair);
    for (zmq::socket_t* socket : {&requests, &stopping, &stop}) socket->set(zmq::sockopt::linger, 0);
    requests.bind(kZapEndpoint);
    stopping.bind(kStopEndpoint);
    stop.connect(kStopEndpoint);
    return std::unique_ptr<ZapHandler>(
        new ZapHandler(std::move(requests), std::move(stopping), std::move(stop), allowed));
  } catch (const zmq::error_t& error) {
    return zmq_status("start the ZAP handler", error.num());
  }
}

ZapHandler::ZapHandler(zmq::socket_t requests, zmq::socket_t stopping, zmq::socket_t stop, const AllowList& allowed)
    : requests_(std::move(requests)), stopping_(std::move(stopping)), stop_(std::move(stop)), allowed_(allowed) {
  thread_ = std::thread([this] { serve(); });
}

ZapHandler::~ZapHandler() {
  zmq_send(stop_.handle(), "", 0, ZMQ_DONTWAIT);
  thread_.join();
}

void ZapHandler::serve() {
  for (;;) {
    zmq_pollitem_t items[] = {{requests_.handle(), 0, ZMQ_POLLIN, 0}, {stopping_.handle(), 0, ZMQ_POLLIN, 0}};
    if (zmq_poll(items, 2, -1) < 0) {
      if (zmq_errno() == EINTR) continue;
      return;
    }
    if (items[1].revents & ZMQ_POLLIN) return;
    if (!answer()) return;
  }
}

void ZapHandler::note_refusal(const std::string& address, const std::string& key) {
  ++refusals_;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_note_) return;
  next_note_ = now + kNoteEvery;
  logger("zap")->warn("refused a connection address={} key={} refused={}", address, key.empty() ? "none" : key,
                      refusals_);
}

bool ZapHandler::answer() {
  try {
    const std::vector<std::string> request = receive_all(requests_);
    const std::string key = key_of(request);
    const bool welcome = !key.empty() && allowed_.role_of(key).has_value();
    if (!welcome) note_refusal(request.size() > kAddress ? request[kAddress] : "unknown", key);
    const std::string reply[] = {"1.0",
                                 request.size() > kRequestId ? request[kRequestId] : "",
                                 welcome ? "200" : "400",
                                 welcome ? "OK" : "this key is not authorised",
                                 welcome ? key : "",
                                 ""};
    for (std::size_t i = 0; i < std::size(reply); ++i) {
      const bool last = i + 1 == std::size(reply);
      requests_.send(zmq::buffer(reply[i]), last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    }
    return true;
  } catch (const zmq::error_t& error) {
    return error.num() == EINTR;
  }
}

}  // namespace troupe::wire
