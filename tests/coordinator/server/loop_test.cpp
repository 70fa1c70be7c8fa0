// The loop between real sockets and a store that does what the test says.
#include "coordinator/server/loop.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "tests/coordinator/server/support.h"

namespace troupe::server {
namespace {

// A memory store whose commits wait until the test lets them go, each with the fate it gives them.
class GatedStore final : public store::Store {
 public:
  Result<core::Snapshot> load() override { return kept_->load(); }
  Result<bool> tidy() override { return kept_->tidy(); }
  Result<std::unique_ptr<store::StoreReader>> reader() override { return kept_->reader(); }
  Status commit(std::span<const core::Edit> edits) override {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_ || !fates_.empty(); });
    Status fate;
    if (!fates_.empty()) {
      fate = fates_.front();
      fates_.pop_front();
    }
    return fate.ok() ? kept_->commit(edits) : fate;
  }
  // Waits until so many commits have come to the gate, counted from the start.
  bool await(int arrived) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return arrived_ >= arrived; });
  }
  void let_one_go(Status fate) {
    const std::lock_guard lock(mutex_);
    fates_.push_back(std::move(fate));
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Status> fates_;
  int arrived_ = 0;
  bool open_ = false;
  std::unique_ptr<store::Store> kept_ = store::make_memory_store();
};

// A loop in a thread, plain sockets, and one peer of each kind.
struct Stage {
  Folder folder;
  GatedStore store;
  SystemClock clock;
  wire::Context context = take(wire::Context::open({}));
  wire::Socket workers = take(wire::Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, {}}));
  wire::Socket clients = take(wire::Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, {}}));
  std::unique_ptr<store::BlobStore> blobs = take(store::open_blob_folder(folder / "blobs"));
  core::Farm farm{{}, Epoch{1}, {}, clock.now(), clock.wall()};
  QueryThread queries{take(store.reader())};
  QueryThread chores{take(store.reader())};
  Committer committer{store, Millis(5)};
  Notifier notifier;
  StopSignal stop;
  Loop loop{{workers,
             clients,
             nullptr,
             farm,
             Epoch{1},
             committer,
             queries,
             chores,
             notifier,
             *blobs,
             clock,
             stop,
             {},
             "",
             false,
             nullptr,
             Millis(1000)}};
  Status status;
  std::thread thread{[this] { status = loop.run(); }};
  wire::Socket client = take(wire::Socket::connect_dealer(context, {clients.endpoint(), std::nullopt, {}}));

  ~Stage() {
    store.open();
    stop.request();
    thread.join();
  }
  void ask(std::uint64_t id, wire::Client::Body body) {
    ASSERT_EQ(client.send(wire::encode(wire::ClientRequest{id, std::move(body)})), wire::Sent::kSent);
  }
  void submit(std::uint64_t id) { ask(id, wire::Submit{campaign(folder, 1).resolved(), "key-" + std::to_string(id)}); }
  std::optional<wire::ClientReply> hear(Millis patience = kPatience) {
    wire::Waitable items[] = {{client.handle()}};
    EXPECT_TRUE(wire::wait_readable(items, patience).ok());
    const auto received = take(client.receive());
    if (!received) return std::nullopt;
    return take(wire::decode_reply(received->parts[0]));
  }
};

TEST(Loop, AnswersOnlyWhatIsDurable) {
  Stage stage;
  stage.submit(1);
  ASSERT_TRUE(stage.store.await(1));
  // The farm knows of the campaign, and a later question must wait behind it.
  stage.ask(2, wire::CampaignList{});
  EXPECT_FALSE(stage.hear(Millis(50)));
  stage.store.let_one_go({});
  const auto first = stage.hear(), second = stage.hear();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, 1u);
  EXPECT_TRUE(first->status.ok());
  EXPECT_EQ(second->id, 2u);
  EXPECT_EQ(nlohmann::json::parse(second->json).at("campaigns").size(), 1u);
}

TEST(Loop, SaysThatTheDiskIsFullAndGoesOnWhenItIsNot) {
  Stage stage;
  const WallMillis begun = stage.clock.wall();
  stage.submit(1);
  ASSERT_TRUE(stage.store.await(1));
  stage.store.let_one_go(Status(Code::kNoSpace, "no space left"));
  ASSERT_TRUE(stage.store.await(2));
  stage.ask(2, wire::CampaignList{});
  const auto refused = stage.hear();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->id, 2u);
  EXPECT_EQ(refused->status.code(), Code::kNoSpace);
  stage.ask(3, wire::ServerInfo{});
  EXPECT_FALSE(nlohmann::json::parse(stage.hear()->json).at("trouble").is_null());

  stage.store.open();
  const auto submitted = stage.hear();
  ASSERT_TRUE(submitted);
  EXPECT_EQ(submitted->id, 1u);
  EXPECT_TRUE(submitted->status.ok());
  // The event log has it.
  stage.ask(4, wire::EventList{});
  const auto listed = stage.hear();
  ASSERT_TRUE(listed && listed->status.ok());
  std::vector<nlohmann::json> troubles;
  const auto page = nlohmann::json::parse(listed->json);
  for (const auto& event : page.at("events")) {
    if (event.at("kind") == "no_space") troubles.push_back(event.at("detail"));
  }
  ASSERT_EQ(troubles.size(), 1u) << listed->json;
  EXPECT_EQ(troubles[0].at("reason"), "no space left");
  EXPECT_GE(troubles[0].at("since"), begun);
  EXPECT_LE(troubles[0].at("since"), stage.clock.wall());
  EXPECT_GE(troubles[0].at("seconds"), 0);
}

TEST(Loop, EndsWhenTheStoreFails) {
  Stage stage;
  stage.submit(1);
  ASSERT_TRUE(stage.store.await(1));
  stage.store.let_one_go(Status(Code::kIo, "fsync failed"));
  stage.thread.join();
  EXPECT_EQ(stage.status.code(), Code::kIo);
  EXPECT_FALSE(stage.hear(Millis(20)));
  stage.thread = std::thread([] {});
}

}  // namespace
}  // namespace troupe::server
