// Who gets in: real sockets, real handshakes.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "common/base/files.h"
#include "common/wire/client.h"
#include "common/wire/keys.h"
#include "common/wire/socket.h"
#include "common/wire/zap.h"
#include "tests/support/take.h"

namespace troupe::wire {
namespace {

constexpr Millis kPatience{10'000};

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/troupe-curve-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

std::optional<Received> next(Socket& socket) {
  Waitable items[] = {{socket.handle()}};
  EXPECT_TRUE(wait_readable(items, kPatience).ok());
  auto received = socket.receive();
  EXPECT_TRUE(received.ok());
  return received.ok() ? *received : std::nullopt;
}

struct Door {
  Context context = take(Context::open({}));
  AllowList allowed;
  std::unique_ptr<ZapHandler> zap = take(ZapHandler::start(context, allowed));
  KeyPair keys = take(generate_keys());
  Socket server = take(Socket::bind_router(context, {"tcp://127.0.0.1:0", ServerCurve{keys}, {}}));

  Socket visitor(const KeyPair& own, const std::string& server_key) {
    return take(Socket::connect_dealer(context, {server.endpoint(), ClientCurve{own, server_key}, {}}));
  }
};

// A monitor of a socket's connection: what becomes of its handshakes.
class Monitor {
 public:
  Monitor(Context& context, Socket& socket) : end_(context.raw(), zmq::socket_type::pair) {
    end_.set(zmq::sockopt::linger, 0);
    const int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_DISCONNECTED;
    EXPECT_EQ(zmq_socket_monitor(socket.handle(), "inproc://monitor", events), 0);
    end_.connect("inproc://monitor");
    end_.set(zmq::sockopt::rcvtimeo, static_cast<int>(kPatience.count()));
  }
  // The next event, 0 when none came in time.
  int event() {
    zmq::message_t number, address;
    if (!end_.recv(number) || !end_.recv(address)) return 0;
    std::uint16_t event = 0;
    std::memcpy(&event, number.data(), sizeof event);
    return event;
  }

 private:
  zmq::socket_t end_;
};

TEST(Curve, KnownKeysComeInUnderTheirName) {
  Door door;
  const KeyPair worker = take(generate_keys());
  door.allowed.allow(worker.public_key, Role::kWorker);
  Socket socket = door.visitor(worker, door.keys.public_key);
  ASSERT_EQ(socket.send("hello"), Sent::kSent);
  const auto received = next(door.server);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->parts, std::vector<std::string>{"hello"});
  EXPECT_EQ(received->user, worker.public_key);
  EXPECT_EQ(door.allowed.role_of(received->user), Role::kWorker);

  door.allowed.revoke(worker.public_key);
  EXPECT_EQ(door.allowed.role_of(received->user), std::nullopt);
}

// What encryption adds to it must not make the other side drop the connection.
TEST(Curve, TheLargestMessageComesThrough) {
  Door door;
  const KeyPair worker = take(generate_keys());
  door.allowed.allow(worker.public_key, Role::kWorker);
  Socket socket = door.visitor(worker, door.keys.public_key);
  ASSERT_EQ(socket.send(std::string(limits::kMaxMessageBytes, 'x')), Sent::kSent);
  ASSERT_EQ(socket.send("hello"), Sent::kSent);
  const auto largest = next(door.server);
  ASSERT_TRUE(largest);
  ASSERT_EQ(largest->parts.size(), 1u);
  EXPECT_EQ(largest->parts[0].size(), limits::kMaxMessageBytes);
  const auto hello = next(door.server);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->peer, largest->peer);
}

TEST(Curve, UnknownKeysAreRefused) {
  Door door;
  Socket stranger = door.visitor(*generate_keys(), door.keys.public_key);
  ASSERT_EQ(stranger.send("hello"), Sent::kSent);
  SystemClock clock;
  for (const Instant until = clock.now() + kPatience; !stranger.was_refused();) {
    ASSERT_LT(clock.now(), until);
    Waitable items[] = {{door.server.handle()}};
    ASSERT_TRUE(wait_readable(items, Millis(5)).ok());
  }
  EXPECT_FALSE(*door.server.receive());
}

TEST(Curve, AClientLearnsThatItsKeyIsRefused) {
  Door door;
  ClientOptions options;
  options.locate = [&, keys = take(generate_keys())]() -> Result<Target> {
    return Target{door.server.endpoint(), "", ClientCurve{keys, door.keys.public_key}};
  };
  const auto client = take(Client::connect(door.context, options));
  EXPECT_EQ(client->json(ServerInfo{}).status().code(), Code::kPermissionDenied);
}

TEST(Curve, PlainConnectionsAreRefused) {
  Door door;
  Monitor monitor(door.context, door.server);
  Socket plain = take(Socket::connect_dealer(door.context, {door.server.endpoint(), std::nullopt, {}}));
  ASSERT_EQ(plain.send("hello"), Sent::kSent);
  EXPECT_EQ(monitor.event(), ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
  EXPECT_FALSE(*door.server.receive());
}

TEST(Curve, AServerThatIsNotTheOneExpectedGetsNothing) {
  Door door;
  const KeyPair worker = take(generate_keys());
  door.allowed.allow(worker.public_key, Role::kWorker);
  Socket socket = door.visitor(worker, generate_keys()->public_key);
  Monitor monitor(door.context, socket);
  ASSERT_EQ(socket.send("hello"), Sent::kSent);
  EXPECT_NE(monitor.event(), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
  EXPECT_FALSE(*door.server.receive());
}

TEST(Curve, WithoutAHandlerNobodyComesIn) {
  Context context = take(Context::open({}));
  const KeyPair keys = take(generate_keys());
  Socket server = take(Socket::bind_router(context, {"tcp://127.0.0.1:0", ServerCurve{keys}, {}}));
  Socket socket =
      take(Socket::connect_dealer(context, {server.endpoint(), ClientCurve{*generate_keys(), keys.public_key}, {}}));
  Monitor monitor(context, socket);
  ASSERT_EQ(socket.send("hello"), Sent::kSent);
  EXPECT_NE(monitor.event(), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
  EXPECT_FALSE(*server.receive());
}

TEST(Keys, AreMadeOnceAndOnlyTheirOwnersToRead) {
  const Folder folder;
  const std::string keys_folder = folder.path + "/keys";
  const KeyPair made = *load_or_make_keys(keys_folder, "server");
  EXPECT_EQ(load_or_make_keys(keys_folder, "server")->secret_key, made.secret_key);
  EXPECT_EQ(load_keys(keys_folder + "/server.secret")->public_key, made.public_key);
  EXPECT_EQ(*read_file(keys_folder + "/server.public", 100), made.public_key + "\n");

  struct stat info {};
  ASSERT_EQ(::stat((keys_folder + "/server.secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(keys_folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST(Keys, AreRefusedWhenOthersMayReadThemOrTheyAreNone) {
  const Folder folder;
  const std::string path = folder.path + "/a.secret";
  EXPECT_EQ(load_keys(path).status().code(), Code::kNotFound);
  ASSERT_TRUE(write_file_durably(path, generate_keys()->secret_key, 0644).ok());
  EXPECT_EQ(load_keys(path).status().code(), Code::kPermissionDenied);
  ASSERT_TRUE(write_file_durably(path, "no key at all", 0600).ok());
  EXPECT_EQ(load_keys(path).status().code(), Code::kCorrupt);
  EXPECT_FALSE(is_key(std::string(40, '"')));
  EXPECT_FALSE(is_key(""));
}

}  // namespace
}  // namespace troupe::wire
