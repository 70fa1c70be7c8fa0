// TCP proxies between workers and their coordinator, which do to connections what networks do: drop them, delay them,
// leave them half open.
#pragma once

#include <atomic>
#include <utility>
// boost/asio.hpp of 1.74 needs <utility> and does not say so
#include <boost/asio.hpp>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>

#include "common/base/clock.h"

namespace troupe::chaos {

enum class Weather {
  kClear,
  kDropped,   // connections are closed, new ones too
  kDelayed,   // each piece of bytes comes late
  kHalfOpen,  // connections stay open; what the worker says goes nowhere
};

class Relay;

// One listening port of this machine, and all connections through it. Any thread may call it.
class Proxy {
 public:
  explicit Proxy(boost::asio::io_context& context);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  int port() const { return port_; }
  // Where connections go from now on: a port of this machine.
  void aim(int port) { target_ = port; }
  void set(Weather weather);

 private:
  friend class Relay;
  void accept();
  void close_all();

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int port_ = 0;
  std::atomic<int> target_{0};
  Weather weather_ = Weather::kClear;  // of the context's thread
  std::set<std::shared_ptr<Relay>> relays_;
};

// The thread that all proxies run in. Ends before they do.
class ProxyThread {
 public:
  ProxyThread() : guard_(boost::asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
  ~ProxyThread() { stop(); }
  boost::asio::io_context& context() { return context_; }
  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace troupe::chaos
