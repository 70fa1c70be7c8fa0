#include "coordinator/server/webhook.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <functional>

#include "common/base/version.h"

namespace troupe::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using Tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using SecureStream = beast::ssl_stream<beast::tcp_stream>;
using Error = boost::system::error_code;

constexpr std::uint64_t kMostAnswer = 64u << 10;
constexpr Millis kSlice{100};  // between looks at `stop`

// One exchange; every step continues the next, and whatever goes wrong ends up in `status`.
template <typename Stream>
class Exchange {
 public:
  Exchange(asio::io_context& io, Stream& stream, const WebAddress& address, const std::string& body)
      : resolver_(io), stream_(stream), address_(address), request_(http::verb::post, address.target, 11) {
    request_.set(http::field::host, address.host);
    request_.set(http::field::user_agent, std::string("troupe/") + kVersion);
    request_.set(http::field::content_type, "application/json");
    request_.body() = body;
    request_.prepare_payload();
    parser_.body_limit(kMostAnswer);
  }

  void start(Millis timeout) {
    beast::get_lowest_layer(stream_).expires_after(timeout);
    resolver_.async_resolve(address_.host, address_.port, [this](Error error, Tcp::resolver::results_type found) {
      if (failed(error, "cannot find")) return;
      beast::get_lowest_layer(stream_).async_connect(
          found, [this](Error connected, const Tcp::endpoint&) { on_connected(connected); });
    });
  }

  Status status() const { return status_; }

 private:
  void on_connected(Error error) {
    if (failed(error, "cannot connect to")) return;
    if constexpr (std::is_same_v<Stream, SecureStream>) {
      stream_.async_handshake(asio::ssl::stream_base::client, [this](Error shaken) {
        if (!failed(shaken, "no secure connection with")) write();
      });
    } else {
      write();
    }
  }

  void write() {
    http::async_write(stream_, request_, [this](Error error, std::size_t) {
      if (failed(error, "cannot send to")) return;
      http::async_read(stream_, buffer_, parser_, [this](Error got, std::size_t) { on_answer(got); });
    });
  }

  void on_answer(Error error) {
    if (failed(error, "no answer from")) return;
    const unsigned code = parser_.get().result_int();
    status_ = code / 100 == 2 ? Status()
                              : Status(Code::kUnavailable, address_.host + " answered " + std::to_string(code) + " " +
                                                               std::string(parser_.get().reason()));
  }

  bool failed(const Error& error, const char* what) {
    if (!error) return false;
    const Code code = error == beast::error::timeout ? Code::kTimeout : Code::kUnavailable;
    status_ = Status(code, std::string(what) + " " + address_.host + ":" + address_.port + ": " + error.message());
    return true;
  }

  Tcp::resolver resolver_;
  Stream& stream_;
  const WebAddress& address_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
  Status status_{Code::kTimeout, "no answer in time"};
};

template <typename Stream>
Status converse(asio::io_context& io, Stream& stream, const WebAddress& address, const std::string& body,
                Millis timeout, const std::atomic<bool>& stop) {
  Exchange<Stream> exchange(io, stream, address, body);
  exchange.start(timeout);
  // The name's resolution knows no deadline of its own.
  for (Millis spent{0}; spent < timeout + kSlice && !io.stopped(); spent += kSlice) {
    if (stop) return Status(Code::kCancelled, "the coordinator stops");
    io.run_for(kSlice);
  }
  return exchange.status();
}

}  // namespace

Status post_webhook(const std::string& url, const std::string& body, Millis timeout, const std::atomic<bool>& stop) {
  TROUPE_ASSIGN_OR_RETURN(const WebAddress address, parse_web_address(url));
  try {
    asio::io_context io;
    if (!address.secure) {
      PlainStream stream(io);
      return converse(io, stream, address, body, timeout, stop);
    }
    asio::ssl::context trust(asio::ssl::context::tls_client);
    trust.set_default_verify_paths();
    trust.set_verify_mode(asio::ssl::verify_peer);
    SecureStream stream(io, trust);
    stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
    SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
    return converse(io, stream, address, body, timeout, stop);
  } catch (const std::exception& error) {
    return Status(Code::kInternal, std::string("cannot tell ") + address.host + ": " + error.what());
  }
}

}  // namespace troupe::server
