// Client and coordinator's thread over real sockets: restarts, crowds, large and wrong blobs, hostile peers.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <future>

#include "common/base/files.h"
#include "common/base/random.h"
#include "common/wire/blob/blob_client.h"
#include "common/wire/zap.h"
#include "coordinator/server/blob_thread.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

using troupe::testing::TempFolder;

using wire::BlobClient;
using wire::Context;
using wire::Socket;

constexpr Millis kPatience{300'000};

// A store that tells of each piece that is written or read, before it is.
class WatchedStore final : public store::BlobStore {
 public:
  WatchedStore(store::BlobStore& store, std::function<void()> on_piece)
      : store_(store), on_piece_(std::move(on_piece)) {}

  bool has(const Digest& digest) const override { return store_.has(digest); }
  Result<std::uint64_t> size(const Digest& digest) const override { return store_.size(digest); }
  Result<std::unique_ptr<store::BlobWriter>> create(const Digest& digest, std::uint64_t bytes) override {
    TROUPE_ASSIGN_OR_RETURN(auto writer, store_.create(digest, bytes));
    return std::unique_ptr<store::BlobWriter>(std::make_unique<Writer>(std::move(writer), on_piece_));
  }
  Result<std::string> read(const Digest& digest, std::uint64_t offset, std::size_t most) const override {
    on_piece_();
    return store_.read(digest, offset, most);
  }
  Status visit(const std::function<void(const Digest&, std::uint64_t)>& visit) const override {
    return store_.visit(visit);
  }
  Result<bool> remove_idle(const Digest& digest) override { return store_.remove_idle(digest); }
  Status forget_halves() override { return store_.forget_halves(); }

 private:
  struct Writer final : store::BlobWriter {
    Writer(std::unique_ptr<store::BlobWriter> inner, const std::function<void()>& told)
        : writer(std::move(inner)), on_piece(told) {}
    std::uint64_t written() const override { return writer->written(); }
    Status append(std::string_view bytes) override {
      on_piece();
      return writer->append(bytes);
    }
    Status finish() override { return writer->finish(); }
    std::unique_ptr<store::BlobWriter> writer;
    const std::function<void()>& on_piece;
  };

  store::BlobStore& store_;
  std::function<void()> on_piece_;
};

struct Farm {
  TempFolder folder;
  Context context = take(Context::open({}));
  SystemClock clock;
  std::unique_ptr<store::BlobStore> store = take(store::open_blob_folder(folder / "blobs"));
  std::string endpoint = "tcp://127.0.0.1:0";
  BlobServiceOptions options;
  std::unique_ptr<BlobThread> thread;

  // Listens where it did before, as soon as the port is free again.
  void serve(store::BlobStore& blobs) {
    const Instant deadline = clock.now() + kPatience;
    for (;;) {
      auto router = Socket::bind_router(context, {endpoint, std::nullopt, blob_socket_limits()});
      if (router.ok()) {
        endpoint = router->endpoint();
        thread = take(BlobThread::start(std::move(*router), blobs, clock, options));
        return;
      }
      ASSERT_EQ(router.status().code(), Code::kAlreadyExists) << router.status().to_string();
      ASSERT_LT(clock.now(), deadline);
      std::this_thread::yield();
    }
  }
  void serve() { serve(*store); }

  Socket dealer() { return take(Socket::connect_dealer(context, {endpoint, std::nullopt, {}})); }
  BlobClient client(wire::BlobClientOptions client_options = {}) { return BlobClient(dealer(), client_options); }
};

std::string pattern(std::size_t size) {
  SeededRandom random(size);
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; i += 64) bytes[i] = static_cast<char>(random.next());
  return bytes;
}

TEST(BlobChannel, MovesBlobsBothWays) {
  Farm farm;
  std::vector<Digest> durable;
  farm.options.on_durable = [&](const Digest& digest) { durable.push_back(digest); };
  farm.serve();
  BlobClient client = farm.client();
  for (const std::size_t size : {0u, 1u, 1u << 20, (5u << 20) + 17}) {
    const std::string bytes = pattern(size);
    const Digest digest = sha256(bytes);
    const Status put = client.put(digest, bytes, kPatience);
    ASSERT_TRUE(put.ok()) << put.to_string();
    EXPECT_TRUE(client.put(digest, bytes, kPatience).ok());
    const auto got = client.get(digest, kPatience);
    ASSERT_TRUE(got.ok()) << got.status().to_string();
    EXPECT_EQ(*got, bytes);
  }
  farm.thread.reset();
  EXPECT_EQ(durable.size(), 4u);
}

TEST(BlobChannel, MovesFiles) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  const std::string bytes = pattern(3'333'333);
  ASSERT_TRUE(write_file_durably(farm.folder / "in.png", bytes).ok());
  ASSERT_TRUE(client.put_file(sha256(bytes), farm.folder / "in.png", kPatience).ok());
  ASSERT_TRUE(client.get_file(sha256(bytes), farm.folder / "out.png", kPatience).ok());
  EXPECT_EQ(*read_file(farm.folder / "out.png", 1u << 30), bytes);
  EXPECT_EQ(client.get_file(sha256("none"), farm.folder / "none.png", kPatience).code(), Code::kNotFound);
  EXPECT_EQ(client.put_file(sha256("none"), farm.folder / "none.png", kPatience).code(), Code::kNotFound);
  EXPECT_EQ(client.get_file(sha256(bytes), farm.folder / "no/such/folder", kPatience).code(), Code::kNotFound);
  const std::filesystem::directory_iterator files(farm.folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 3) << "something was left behind";
}

TEST(BlobChannel, SaysWhatIsMissingHoweverManyAreAsked) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  ASSERT_TRUE(client.put(sha256("here"), "here", kPatience).ok());
  std::vector<Digest> asked, lacking;
  for (int i = 0; i < 2500; ++i) {
    lacking.push_back(sha256(std::to_string(i)));
    asked.push_back(lacking.back());
    if (i % 1000 == 0) asked.push_back(sha256("here"));
  }
  const auto missing = client.missing(asked, kPatience);
  ASSERT_TRUE(missing.ok()) << missing.status().to_string();
  EXPECT_EQ(*missing, lacking);
  EXPECT_TRUE(client.missing({}, kPatience)->empty());
}

TEST(BlobChannel, MovesALargeBlobForTwoClientsAtOnce) {
  Farm farm;
  farm.serve();
  const std::string bytes = pattern(50u << 20);
  const Digest digest = sha256(bytes);
  const auto both_ways = [&] {
    BlobClient client = farm.client();
    TROUPE_RETURN_IF_ERROR(client.put(digest, bytes, kPatience));
    TROUPE_ASSIGN_OR_RETURN(const std::string got, client.get(digest, kPatience));
    return got == bytes ? Status() : Status(Code::kCorrupt, "other bytes");
  };
  auto other = std::async(std::launch::async, both_ways);
  const Status mine = both_ways(), others = other.get();
  EXPECT_TRUE(mine.ok()) << mine.to_string();
  EXPECT_TRUE(others.ok()) << others.to_string();
}

TEST(BlobChannel, RefusesBytesThatAreNotTheDigests) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  EXPECT_EQ(client.put(sha256("right"), "wrong", kPatience).code(), Code::kCorrupt);
  EXPECT_EQ(client.missing(std::vector{sha256("right")}, kPatience)->size(), 1u);
  EXPECT_TRUE(client.put(sha256("right"), "right", kPatience).ok());
}

TEST(BlobChannel, TakesNoMoreThanAskedFor) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  ASSERT_TRUE(client.put(sha256("hello"), "hello", kPatience).ok());
  EXPECT_EQ(client.get(sha256("hello"), kPatience, 4).status().code(), Code::kTooLarge);
  EXPECT_EQ(*client.get(sha256("hello"), kPatience, 5), "hello");
}

// Stops the server at the fifth piece of a blob and starts it again where it was; then the transfer must end well.
void with_a_restart(Farm& farm, const std::function<Status(BlobClient&)>& transfer) {
  std::promise<void> half_way;
  int pieces = 0;
  WatchedStore watched(*farm.store, [&] {
    if (++pieces == 5) half_way.set_value();
  });
  farm.serve(watched);
  auto moved = std::async(std::launch::async, [&] {
    wire::BlobClientOptions options;
    options.probe = Millis(50);
    BlobClient client = farm.client(options);
    return transfer(client);
  });
  half_way.get_future().wait();
  farm.thread.reset();
  farm.serve();
  const Status status = moved.get();
  EXPECT_TRUE(status.ok()) << status.to_string();
}

// Transfers that went on where an earlier try ended. The thread counts after it has answered.
std::uint64_t went_on(Farm& farm) {
  const Instant deadline = farm.clock.now() + kPatience;
  while (farm.thread->counters().resumed == 0 && farm.clock.now() < deadline) std::this_thread::yield();
  return farm.thread->counters().resumed;
}

TEST(BlobChannel, ARestartInMidUploadIsWaitedOut) {
  Farm farm;
  const std::string bytes = pattern(20u << 20);
  with_a_restart(farm, [&](BlobClient& client) { return client.put(sha256(bytes), bytes, kPatience); });
  EXPECT_TRUE(farm.store->has(sha256(bytes)));
  EXPECT_GT(went_on(farm), 0u) << "it began from nothing";
}

TEST(BlobChannel, ARestartInMidDownloadIsWaitedOut) {
  Farm farm;
  const std::string bytes = pattern(20u << 20);
  {
    auto writer = take(farm.store->create(sha256(bytes), bytes.size()));
    ASSERT_TRUE(writer->append(bytes).ok());
    ASSERT_TRUE(writer->finish().ok());
  }
  with_a_restart(farm, [&](BlobClient& client) {
    TROUPE_ASSIGN_OR_RETURN(const std::string got, client.get(sha256(bytes), kPatience));
    return got == bytes ? Status() : Status(Code::kCorrupt, "other bytes");
  });
  EXPECT_GT(went_on(farm), 0u) << "it began from nothing";
}

TEST(BlobChannel, AFileThatWasCutShortGoesOnInAnotherLife) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  const std::string bytes = pattern(3'000'000), path = farm.folder / "ref.png";
  ASSERT_TRUE(client.put(sha256(bytes), bytes, kPatience).ok());
  ASSERT_TRUE(write_file_durably(path + ".part", bytes.substr(0, 2'000'000)).ok());
  const Status status = client.get_file(sha256(bytes), path, kPatience);
  ASSERT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(*read_file(path, 1u << 30), bytes);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_EQ(went_on(farm), 1u);
}

TEST(BlobChannel, ADamagedPartIsFetchedAgain) {
  Farm farm;
  farm.serve();
  BlobClient client = farm.client();
  const std::string bytes = pattern(3'000'000), path = farm.folder / "ref.png";
  ASSERT_TRUE(client.put(sha256(bytes), bytes, kPatience).ok());
  for (const std::string& part : {std::string(2'000'000, 'x'), std::string(4'000'000, 'y')}) {
    ASSERT_TRUE(write_file_durably(path + ".part", part).ok());
    const Status status = client.get_file(sha256(bytes), path, kPatience);
    ASSERT_TRUE(status.ok()) << status.to_string();
    EXPECT_EQ(*read_file(path, 1u << 30), bytes);
  }
}

TEST(BlobChannel, SaysWhenNobodyAnswers) {
  Farm farm;
  farm.serve();
  farm.thread.reset();
  BlobClient client = farm.client();
  EXPECT_EQ(client.put(sha256("x"), "x", Millis(100)).code(), Code::kUnavailable);
  EXPECT_EQ(client.get(sha256("x"), Millis(100)).status().code(), Code::kUnavailable);
}

TEST(BlobChannel, StopsWhenToldTo) {
  Farm farm;
  farm.serve();
  farm.thread.reset();
  std::atomic<bool> stop{false};
  wire::BlobClientOptions options;
  options.stop = &stop;
  auto got = std::async(std::launch::async, [&] {
    BlobClient client = farm.client(options);
    return client.get(sha256("x"), kPatience).status();
  });
  stop = true;
  EXPECT_EQ(got.get().code(), Code::kCancelled);
}

TEST(BlobChannel, HostileMessagesAreCountedAndForgotten) {
  Farm farm;
  farm.serve();
  Socket hostile = farm.dealer();
  const std::string junk = pattern(5000);
  EXPECT_EQ(hostile.send(junk), wire::Sent::kSent);
  EXPECT_EQ(hostile.send(""), wire::Sent::kSent);
  {
    zmq::socket_t raw(farm.context.raw(), zmq::socket_type::dealer);
    raw.connect(farm.endpoint);
    for (int i = 0; i < 1000; ++i) raw.send(zmq::str_buffer("part"), zmq::send_flags::sndmore);
    raw.send(zmq::str_buffer("end"), zmq::send_flags::none);
    const std::string put = wire::encode({1, wire::BlobPut{sha256("x"), 1}});
    raw.send(zmq::buffer(put), zmq::send_flags::none);
    zmq::message_t ready;
    EXPECT_TRUE(raw.recv(ready));
    raw.set(zmq::sockopt::linger, 0);
  }
  BlobClient client = farm.client();
  EXPECT_TRUE(client.put(sha256("good"), "good", kPatience).ok());
  const Instant deadline = farm.clock.now() + kPatience;
  while (farm.thread->counters().refused < 3 && farm.clock.now() < deadline) std::this_thread::yield();
  EXPECT_EQ(farm.thread->counters().refused, 3u);
  EXPECT_TRUE(farm.thread->status().ok());
}

TEST(BlobChannel, KnowsTheUsersOfCurveConnections) {
  TempFolder folder;
  Context context = take(Context::open({}));
  SystemClock clock;
  auto store = take(store::open_blob_folder(folder.path()));
  wire::AllowList allowed;
  const auto zap = take(wire::ZapHandler::start(context, allowed));
  const wire::KeyPair server = take(wire::generate_keys()), worker = take(wire::generate_keys()),
                      reader = take(wire::generate_keys());
  allowed.allow(worker.public_key, wire::Role::kWorker);
  allowed.allow(reader.public_key, wire::Role::kClient);
  BlobServiceOptions options;
  options.may = [&](const std::string& user, BlobAction action) {
    const auto role = allowed.role_of(user);
    return role && (action == BlobAction::kRead || *role == wire::Role::kWorker);
  };
  Socket router =
      take(Socket::bind_router(context, {"tcp://127.0.0.1:0", wire::ServerCurve{server}, blob_socket_limits()}));
  const std::string endpoint = router.endpoint();
  const auto thread = take(BlobThread::start(std::move(router), *store, clock, options));
  const auto client = [&](const wire::KeyPair& keys) {
    return BlobClient(take(Socket::connect_dealer(context, {endpoint, wire::ClientCurve{keys, server.public_key}, {}})),
                      {});
  };
  BlobClient writing = client(worker), reading = client(reader);
  const std::string bytes = pattern(2'500'000);
  ASSERT_TRUE(writing.put(sha256(bytes), bytes, kPatience).ok());
  EXPECT_EQ(*reading.get(sha256(bytes), kPatience), bytes);
  EXPECT_EQ(reading.put(sha256("x"), "x", kPatience).code(), Code::kPermissionDenied);
  allowed.revoke(worker.public_key);
  EXPECT_EQ(writing.put(sha256("y"), "y", kPatience).code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace troupe::server
