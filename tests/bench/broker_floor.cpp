#include <atomic>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "common/wire/keys.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr int kWindow = 512;  // results of one worker on their way
constexpr int kUnbounded = 0;
constexpr int kPollMillis = 20;
constexpr std::size_t kAckBytes = 32;

zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type) {
  zmq::socket_t socket(context, type);
  socket.set(zmq::sockopt::rcvhwm, kUnbounded);
  socket.set(zmq::sockopt::sndhwm, kUnbounded);
  socket.set(zmq::sockopt::linger, 0);
  return socket;
}

// Answers every message until told to stop.
void serve(zmq::socket_t& router, const std::atomic<bool>& stop) {
  const std::string ack(kAckBytes, 'a');
  zmq::pollitem_t item{router.handle(), 0, ZMQ_POLLIN, 0};
  while (!stop) {
    zmq::poll(&item, 1, std::chrono::milliseconds(kPollMillis));
    zmq::message_t peer, body;
    while (router.recv(peer, zmq::recv_flags::dontwait)) {
      (void)router.recv(body);
      router.send(peer, zmq::send_flags::sndmore);
      router.send(zmq::buffer(ack), zmq::send_flags::none);
    }
  }
}

// Sends results and counts their acks, `kWindow` in flight.
void work(zmq::socket_t& dealer, std::size_t bytes, std::atomic<std::uint64_t>& acked, const std::atomic<bool>& stop) {
  const std::string result(bytes, 'r');
  for (int i = 0; i < kWindow; ++i) dealer.send(zmq::buffer(result), zmq::send_flags::none);
  zmq::pollitem_t item{dealer.handle(), 0, ZMQ_POLLIN, 0};
  while (!stop) {
    zmq::poll(&item, 1, std::chrono::milliseconds(kPollMillis));
    zmq::message_t ack;
    while (dealer.recv(ack, zmq::recv_flags::dontwait)) {
      acked.fetch_add(1, std::memory_order_relaxed);
      dealer.send(zmq::buffer(result), zmq::send_flags::none);
    }
  }
}

double count(zmq::socket_t& router, std::vector<zmq::socket_t>& dealers, std::size_t bytes, double seconds) {
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> acked{0};
  std::vector<std::thread> threads;
  threads.emplace_back([&] { serve(router, stop); });
  for (zmq::socket_t& dealer : dealers) threads.emplace_back([&] { work(dealer, bytes, acked, stop); });
  while (acked < kWindow) std::this_thread::yield();
  const std::uint64_t before = acked;
  const Stopwatch watch;
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const double rate = static_cast<double>(acked - before) / watch.seconds();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  return rate;
}

void serve_curve(zmq::socket_t& socket, const wire::KeyPair& keys) {
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
}

void use_curve(zmq::socket_t& socket, const wire::KeyPair& keys, const wire::KeyPair& server) {
  socket.set(zmq::sockopt::curve_serverkey, server.public_key);
  socket.set(zmq::sockopt::curve_publickey, keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
}

}  // namespace

Result<double> broker_floor(bool curve, std::size_t workers, std::size_t bytes, double seconds) {
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair server, wire::generate_keys());
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair client, wire::generate_keys());
  try {
    zmq::context_t ours(1), theirs(1);
    zmq::socket_t router = make_socket(ours, zmq::socket_type::router);
    if (curve) serve_curve(router, server);
    router.bind("tcp://127.0.0.1:0");
    std::vector<zmq::socket_t> dealers;
    for (std::size_t i = 0; i < workers; ++i) {
      zmq::socket_t& dealer = dealers.emplace_back(make_socket(theirs, zmq::socket_type::dealer));
      if (curve) use_curve(dealer, client, server);
      dealer.connect(router.get(zmq::sockopt::last_endpoint));
    }
    return count(router, dealers, bytes, seconds);
  } catch (const zmq::error_t& error) {
    return Status(Code::kInternal, std::string("the broker's floor: ") + error.what());
  }
}

Result<double> handshake_floor(std::size_t connections) {
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair server, wire::generate_keys());
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair client, wire::generate_keys());
  try {
    zmq::context_t ours(1), theirs(1, static_cast<int>(connections) + 16);
    zmq::socket_t router = make_socket(ours, zmq::socket_type::router);
    serve_curve(router, server);
    router.set(zmq::sockopt::backlog, 4096);
    router.bind("tcp://127.0.0.1:0");
    const std::string endpoint = router.get(zmq::sockopt::last_endpoint);
    std::vector<zmq::socket_t> dealers;
    const Stopwatch watch;
    for (std::size_t i = 0; i < connections; ++i) {
      zmq::socket_t& dealer = dealers.emplace_back(make_socket(theirs, zmq::socket_type::dealer));
      use_curve(dealer, client, server);
      dealer.connect(endpoint);
      dealer.send(zmq::str_buffer("hello"), zmq::send_flags::none);
    }
    for (std::size_t heard = 0; heard < connections; ++heard) {
      zmq::message_t peer, body;
      (void)router.recv(peer);
      (void)router.recv(body);
    }
    return watch.seconds();
  } catch (const zmq::error_t& error) {
    return Status(Code::kInternal, std::string("the floor of handshakes: ") + error.what());
  }
}

}  // namespace troupe::bench
