#include "common/wire/socket.h"

#include <gtest/gtest.h>

#include "common/base/clock.h"
#include "tests/support/take.h"

namespace troupe::wire {
namespace {

constexpr Millis kPatience{10'000};

// The next message, waited for.
std::optional<Received> next(Socket& socket, Millis patience = kPatience) {
  SystemClock clock;
  for (const Instant until = clock.now() + patience; clock.now() < until;) {
    Waitable items[] = {{socket.handle()}};
    EXPECT_TRUE(wait_readable(items, until - clock.now()).ok());
    auto received = socket.receive();
    EXPECT_TRUE(received.ok());
    if (received.ok() && *received) return std::move(**received);
  }
  return std::nullopt;
}

Socket router(Context& context, SocketLimits limits = {}) {
  auto socket = Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, limits});
  EXPECT_TRUE(socket.ok()) << socket.status().to_string();
  return std::move(*socket);
}

Socket dealer(Context& context, const std::string& endpoint, SocketLimits limits = {}) {
  auto socket = Socket::connect_dealer(context, {endpoint, std::nullopt, limits});
  EXPECT_TRUE(socket.ok()) << socket.status().to_string();
  return std::move(*socket);
}

TEST(Socket, CarriesMessagesBothWays) {
  Context context = take(Context::open({}));
  Socket server = router(context);
  Socket client = dealer(context, server.endpoint());
  EXPECT_GT(port_of(server.endpoint()), 0);

  ASSERT_EQ(client.send("ping"), Sent::kSent);
  const auto ping = next(server);
  ASSERT_TRUE(ping);
  EXPECT_FALSE(ping->refused);
  EXPECT_EQ(ping->user, "");
  EXPECT_EQ(ping->parts, std::vector<std::string>{"ping"});

  const std::string_view pong[] = {"pong", ""};
  ASSERT_EQ(server.send(ping->peer, pong), Sent::kSent);
  const auto answer = next(client);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->parts, (std::vector<std::string>{"pong", ""}));
}

TEST(Socket, ReadsOffWhatIsTooMuchAndGoesOn) {
  Context context = take(Context::open({}));
  Socket server = router(context, {.message_bytes = 1000, .message_parts = 2});
  Socket client = dealer(context, server.endpoint(), {.message_bytes = 10'000, .message_parts = 10});
  const std::string half(600, 'x');
  const std::string_view too_many[] = {"1", "2", "3"}, too_big[] = {half, half};
  ASSERT_EQ(client.send(too_many), Sent::kSent);
  ASSERT_EQ(client.send(too_big), Sent::kSent);
  ASSERT_EQ(client.send("fine"), Sent::kSent);
  EXPECT_TRUE(next(server)->refused);
  EXPECT_TRUE(next(server)->refused);
  EXPECT_EQ(next(server)->parts, std::vector<std::string>{"fine"});
}

TEST(Socket, DropsAPeerThatSendsAFrameAboveTheLimit) {
  Context context = take(Context::open({}));
  Socket server = router(context, {.message_bytes = 1000});
  Socket client = dealer(context, server.endpoint(), {.message_bytes = 10'000});
  ASSERT_EQ(client.send("first"), Sent::kSent);
  const std::string peer = next(server)->peer;
  ASSERT_EQ(client.send(std::string(5000, 'x')), Sent::kSent);
  // libzmq closes the connection, with what is on its way, and the client comes back as somebody new.
  std::optional<Received> received;
  while (!received || received->peer == peer) {
    ASSERT_EQ(client.send("again"), Sent::kSent);
    received = next(server, Millis(20));
  }
  EXPECT_EQ(server.send(peer, "who?"), Sent::kGone);
}

TEST(Socket, RefusesToSendWhatNobodyWouldTake) {
  Context context = take(Context::open({}));
  Socket server = router(context);
  Socket client = dealer(context, server.endpoint());
  EXPECT_EQ(client.send(std::string(limits::kMaxMessageBytes + 1, 'x')), Sent::kTooLarge);
  EXPECT_EQ(server.send(std::string("\0nobody", 7), "hello"), Sent::kGone);
}

TEST(Socket, RefusesAConnectionThatNamesItself) {
  Context context = take(Context::open({}));
  Socket server = router(context);
  zmq::socket_t client(context.raw(), zmq::socket_type::dealer);
  client.set(zmq::sockopt::routing_id, "w-1");
  client.set(zmq::sockopt::linger, 0);
  client.connect(server.endpoint());
  client.send(zmq::str_buffer("hello"), zmq::send_flags::none);
  const auto received = next(server);
  ASSERT_TRUE(received);
  EXPECT_TRUE(received->refused);
  EXPECT_TRUE(received->parts.empty());
}

TEST(Socket, SaysWhatIsWrongWithAnAddress) {
  Context context = take(Context::open({}));
  Socket server = router(context);
  EXPECT_EQ(Socket::bind_router(context, {server.endpoint(), std::nullopt, {}}).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(Socket::bind_router(context, {"tcp://nonsense", std::nullopt, {}}).status().code(), Code::kInvalid);
  EXPECT_EQ(Socket::connect_dealer(context, {"tcp://", std::nullopt, {}}).status().code(), Code::kInvalid);
}

TEST(Socket, WaitsForDescriptorsAndTimeouts) {
  Waitable items[] = {{nullptr, 0}};
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  items[0].descriptor = ends[0];
  ASSERT_TRUE(wait_readable(items, Millis(1)).ok());
  EXPECT_FALSE(items[0].ready);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  ASSERT_TRUE(wait_readable(items, kPatience).ok());
  EXPECT_TRUE(items[0].ready);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace troupe::wire
