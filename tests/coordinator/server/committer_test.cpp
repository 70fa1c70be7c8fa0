#include "coordinator/server/committer.h"

#include <gtest/gtest.h>

#include <functional>

#include "common/wire/socket.h"
#include "tests/support/take.h"

namespace troupe::server {
namespace {

constexpr Millis kPatience{20'000};

// A memory store whose commits may be told to fail.
class TroubledStore final : public store::Store {
 public:
  explicit TroubledStore(std::function<Status(int)> fate) : fate_(std::move(fate)) {}
  Result<core::Snapshot> load() override { return kept_->load(); }
  Status commit(std::span<const core::Edit> edits) override {
    const Status fate = fate_(++tries);
    return fate.ok() ? kept_->commit(edits) : fate;
  }
  Result<bool> tidy() override {
    ++sweeps;
    return to_sweep-- > 0;
  }
  Result<std::unique_ptr<store::StoreReader>> reader() override { return kept_->reader(); }
  std::atomic<int> tries{0};
  std::atomic<int> sweeps{0}, to_sweep{0};

 private:
  std::function<Status(int)> fate_;
  std::unique_ptr<store::Store> kept_ = store::make_memory_store();
};

std::vector<core::Edit> epoch(std::uint64_t number) {
  return {core::EpochStarted{{number}}};
}

// Waits for the committer's news until `done` says yes.
void await(Committer& committer, const std::function<bool()>& done) {
  SystemClock clock;
  for (const Instant until = clock.now() + kPatience; !done();) {
    ASSERT_LT(clock.now(), until);
    wire::Waitable items[] = {{nullptr, committer.descriptor()}};
    ASSERT_TRUE(wire::wait_readable(items, kPatience).ok());
    committer.clear();
  }
}

TEST(Committer, MakesBatchesDurableInOrder) {
  TroubledStore store([](int) { return Status(); });
  {
    Committer committer(store);
    for (std::uint64_t number = 1; number <= 20; ++number) EXPECT_EQ(committer.submit(epoch(number)), number);
    await(committer, [&] { return committer.durable() == 20; });
  }
  EXPECT_EQ(take(store.load()).epoch, Epoch{20});
  EXPECT_LE(store.tries, 20);
}

TEST(Committer, SweepsTheStoreWhileNothingWaits) {
  TroubledStore store([](int) { return Status(); });
  store.to_sweep = 5;
  SystemClock clock;
  Committer committer(store);
  committer.submit(epoch(1));
  for (const Instant until = clock.now() + kPatience; store.sweeps < 6 && clock.now() < until;) {
    std::this_thread::yield();
  }
  EXPECT_EQ(store.sweeps, 6) << "five pieces, and a look that finds no more";
}

TEST(Committer, WaitsForSpaceAndTellsOfIt) {
  TroubledStore store([](int tries) { return tries <= 2 ? Status(Code::kNoSpace, "the disk is full") : Status(); });
  {
    Committer committer(store, Millis(5));
    committer.submit(epoch(1));
    await(committer, [&] { return !committer.trouble().ok() || committer.durable() == 1; });
    await(committer, [&] { return committer.durable() == 1; });
    EXPECT_TRUE(committer.trouble().ok());
    EXPECT_TRUE(committer.failure().ok());
  }
  EXPECT_EQ(store.tries, 3);
  EXPECT_EQ(take(store.load()).epoch, Epoch{1});
}

TEST(Committer, GivesUpForGoodAfterAnyOtherError) {
  TroubledStore store([](int) { return Status(Code::kIo, "fsync failed"); });
  Committer committer(store);
  committer.submit(epoch(1));
  await(committer, [&] { return !committer.failure().ok(); });
  committer.submit(epoch(2));
  EXPECT_EQ(committer.failure().code(), Code::kIo);
  EXPECT_EQ(committer.durable(), 0u);
  EXPECT_EQ(store.tries, 1);
}

}  // namespace
}  // namespace troupe::server
