#include "tests/chaos/proxy.h"

#include <array>
#include <utility>

namespace troupe::chaos {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kLate{150};
constexpr std::chrono::milliseconds kLookAgain{50};
constexpr std::size_t kPiece = 64u << 10;

}  // namespace

// One connection and its other half.
class Relay : public std::enable_shared_from_this<Relay> {
 public:
  Relay(Proxy& proxy, tcp::socket worker) : proxy_(proxy), up_(proxy.context_), down_(proxy.context_) {
    up_.from = std::make_shared<tcp::socket>(std::move(worker));
    up_.to = std::make_shared<tcp::socket>(proxy.context_);
    down_.from = up_.to;
    down_.to = up_.from;
  }

  void connect(int port) {
    up_.to->async_connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)},
                          [self = shared_from_this()](const error_code& error) {
                            if (error) return self->close();
                            self->read(self->up_);
                            self->read(self->down_);
                          });
  }

  void close() {
    error_code ignored;
    up_.from->close(ignored);
    up_.to->close(ignored);
    up_.timer.cancel();
    down_.timer.cancel();
    proxy_.relays_.erase(shared_from_this());
  }

 private:
  struct Way {
    explicit Way(boost::asio::io_context& context) : timer(context) {}
    std::shared_ptr<tcp::socket> from, to;
    boost::asio::steady_timer timer;
    std::array<char, kPiece> piece{};
  };

  void read(Way& way) {
    way.from->async_read_some(boost::asio::buffer(way.piece),
                              [self = shared_from_this(), &way](const error_code& error, std::size_t bytes) {
                                if (error) return self->close();
                                self->pass(way, bytes);
                              });
  }

  // Holds the piece for as long as the weather says.
  void pass(Way& way, std::size_t bytes) {
    const bool held = proxy_.weather_ == Weather::kHalfOpen && &way == &up_;
    if (!held && proxy_.weather_ != Weather::kDelayed) return write(way, bytes);
    way.timer.expires_after(held ? kLookAgain : kLate);
    way.timer.async_wait([self = shared_from_this(), &way, bytes, held](const error_code& error) {
      if (error) return;
      if (held) {
        self->pass(way, bytes);
      } else {
        self->write(way, bytes);
      }
    });
  }

  void write(Way& way, std::size_t bytes) {
    boost::asio::async_write(*way.to, boost::asio::buffer(way.piece, bytes),
                             [self = shared_from_this(), &way](const error_code& error, std::size_t) {
                               if (error) return self->close();
                               self->read(way);
                             });
  }

  Proxy& proxy_;
  Way up_, down_;
};

Proxy::Proxy(boost::asio::io_context& context)
    : context_(context), acceptor_(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
  port_ = acceptor_.local_endpoint().port();
  boost::asio::post(context_, [this] { accept(); });
}

Proxy::~Proxy() {
  close_all();
}

void Proxy::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error && weather_ != Weather::kDropped && target_ != 0) {
      const auto relay = std::make_shared<Relay>(*this, std::move(socket));
      relays_.insert(relay);
      relay->connect(target_);
    }
    accept();
  });
}

void Proxy::close_all() {
  const std::set<std::shared_ptr<Relay>> all = relays_;
  for (const auto& relay : all) relay->close();
}

void Proxy::set(Weather weather) {
  boost::asio::post(context_, [this, weather] {
    weather_ = weather;
    if (weather == Weather::kDropped) close_all();
  });
}

}  // namespace troupe::chaos
