#include "coordinator/server/notifier.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "common/base/files.h"
#include "coordinator/server/hook_command.h"
#include "coordinator/server/webhook.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

using boost::asio::ip::tcp;
using troupe::testing::TempFolder;

const std::atomic<bool> kGoOn = false;

// Answers one request with `answer`, after it has read the request's header and as many bytes as that announces.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~OneAnswer() { join(); }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook?a=1";
  }
  const std::string& request() {
    join();
    return request_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  void serve() {
    tcp::socket socket(io_);
    acceptor_.accept(socket);
    boost::asio::streambuf buffer;
    boost::asio::read_until(socket, buffer, "\r\n\r\n");
    request_.assign(std::istreambuf_iterator<char>(&buffer), {});
    const std::size_t announced = std::stoul(request_.substr(request_.find("Content-Length: ") + 16));
    while (request_.size() < request_.find("\r\n\r\n") + 4 + announced) {
      char more[4096];
      request_.append(more, socket.read_some(boost::asio::buffer(more)));
    }
    boost::asio::write(socket, boost::asio::buffer(answer_));
  }

  std::string answer_, request_;
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)};
  std::thread thread_;
};

TEST(Webhook, PostsTheJsonAndTakesATwoHundred) {
  OneAnswer server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  const std::string body = R"({"event":"finished"})" + std::string(100'000, ' ');
  const Status status = post_webhook(server.url(), body, Millis(10'000), kGoOn);
  EXPECT_TRUE(status.ok()) << status.to_string();
  EXPECT_TRUE(server.request().starts_with("POST /hook?a=1 HTTP/1.1\r\n")) << server.request().substr(0, 80);
  EXPECT_NE(server.request().find("Content-Type: application/json"), std::string::npos);
  EXPECT_TRUE(server.request().ends_with(body));
}

TEST(Webhook, AnythingElseIsAnErrorThatNamesTheHost) {
  OneAnswer server("HTTP/1.1 500 Oh No\r\nContent-Length: 0\r\n\r\n");
  const Status status = post_webhook(server.url(), "{}", Millis(10'000), kGoOn);
  EXPECT_EQ(status.message(), "127.0.0.1 answered 500 Oh No");
}

TEST(Webhook, AnAnswerWithoutEndIsRefused) {
  OneAnswer server("HTTP/1.1 200 OK\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_FALSE(post_webhook(server.url(), "{}", Millis(10'000), kGoOn).ok());
}

TEST(Webhook, SilenceAndNobodyThereAreErrors) {
  boost::asio::io_context io;
  tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0));
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  EXPECT_EQ(post_webhook(url, "{}", Millis(200), kGoOn).code(), Code::kTimeout);
  const std::atomic<bool> stop = true;
  EXPECT_EQ(post_webhook(url, "{}", Millis(60'000), stop).code(), Code::kCancelled);
  silent.close();
  EXPECT_EQ(post_webhook(url, "{}", Millis(5'000), kGoOn).code(), Code::kUnavailable);
}

TEST(Webhook, AServerThatSpeaksNoTlsIsRefused) {
  boost::asio::io_context io;
  tcp::acceptor plain(io, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0));
  std::thread server([&] {
    tcp::socket socket(io);
    plain.accept(socket);
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\n\r\n")), ignored);
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(plain.local_endpoint().port());
  EXPECT_EQ(post_webhook(url, "{}", Millis(5'000), kGoOn).code(), Code::kUnavailable);
  server.join();
}

TEST(Webhook, AddressesAreTakenApart) {
  const WebAddress plain = take(parse_web_address("http://example.org"));
  EXPECT_FALSE(plain.secure);
  EXPECT_EQ(plain.port, "80");
  EXPECT_EQ(plain.target, "/");
  const WebAddress full = take(parse_web_address("https://[::1]:8443?x=1#part"));
  EXPECT_TRUE(full.secure);
  EXPECT_EQ(full.host, "::1");
  EXPECT_EQ(full.port, "8443");
  EXPECT_EQ(full.target, "/?x=1");
  for (const char* wrong : {"", "ftp://a", "http://", "http://:80", "http://a:b/", "http://a:/", "http://me:pw@host/",
                            "http://[::1/", "http://a:1234567/"}) {
    EXPECT_FALSE(parse_web_address(wrong).ok()) << wrong;
  }
}

TEST(HookCommand, ReadsTheBodyAndMaySucceed) {
  const TempFolder folder;
  const std::string body(200'000, 'x');
  const Status status =
      run_hook({"/bin/sh", "-c", "cat > \"$0\"", folder.path() + "/told"}, body, Millis(10'000), kGoOn);
  ASSERT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(take(read_file(folder.path() + "/told", 1 << 20)), body);
}

TEST(HookCommand, SaysHowItFailed) {
  EXPECT_EQ(run_hook({"/bin/sh", "-c", "echo one >&2; echo no mail server >&2; exit 3"}, "{}", Millis(10'000), kGoOn)
                .message(),
            "/bin/sh ended with exit code 3: no mail server");
  EXPECT_EQ(run_hook({"/bin/sh", "-c", "kill -9 $$"}, "{}", Millis(10'000), kGoOn).message(),
            "/bin/sh was ended by signal 9");
  EXPECT_EQ(run_hook({"no-such-program-here"}, "{}", Millis(10'000), kGoOn).code(), Code::kUnavailable);
  EXPECT_EQ(run_hook({}, "{}", Millis(10'000), kGoOn).code(), Code::kInvalid);
}

TEST(HookCommand, IsKilledWithAllThatItStartedWhenItTakesTooLong) {
  EXPECT_EQ(run_hook({"/bin/sh", "-c", "sleep 1000 & wait"}, "{}", Millis(200), kGoOn).code(), Code::kTimeout);
  const std::atomic<bool> stop = true;
  EXPECT_EQ(run_hook({"sleep", "1000"}, "{}", Millis(60'000), stop).code(), Code::kCancelled);
}

TEST(Notifier, TellsWhatCameOfEach) {
  Notifier notifier;
  notifier.post({{7, "", {"true"}, "{}"}, {8, "", {"false"}, "{}"}});
  std::vector<core::NotificationTried> tried;
  while (tried.size() < 2) {
    pollfd ready{notifier.descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 10'000), 1);
    for (core::NotificationTried& one : notifier.take()) tried.push_back(std::move(one));
  }
  EXPECT_EQ(tried[0].id, 7u);
  EXPECT_TRUE(tried[0].status.ok());
  EXPECT_EQ(tried[1].id, 8u);
  EXPECT_FALSE(tried[1].status.ok());
}

TEST(Notifier, EndsWithoutWaitingForAProgram) {
  Notifier notifier;
  notifier.post({{1, "", {"sleep", "1000"}, "{}"}});
}

}  // namespace
}  // namespace troupe::server
