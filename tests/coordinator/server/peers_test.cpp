#include "coordinator/server/peers.h"

#include <gtest/gtest.h>

#include "coordinator/server/outbox.h"
#include "coordinator/server/throttle.h"

namespace troupe::server {
namespace {

using Verdict = Peers::Verdict;

const WorkerId kWorker{"w-1"};
constexpr Instant kNow{};

FromWorker says(decltype(FromWorker::body) body, std::uint64_t instance = 1) {
  return {kWorker, instance, {1}, std::move(body)};
}

TEST(Peers, AWorkerIsWhereItSaidHello) {
  Peers peers;
  EXPECT_EQ(peers.heard("c1", "key", says(Heartbeat{}), kNow), Verdict::kSayHello);
  EXPECT_EQ(peers.find(kWorker, 1), nullptr);
  EXPECT_EQ(peers.heard("c1", "key", says(Hello{}), kNow), Verdict::kWelcome);
  EXPECT_EQ(peers.heard("c1", "key", says(Heartbeat{}), kNow), Verdict::kWelcome);
  EXPECT_EQ(*peers.find(kWorker, 1), "c1");
  EXPECT_EQ(peers.heard("c2", "key", says(Heartbeat{}), kNow), Verdict::kSayHello);
}

TEST(Peers, ANewConnectionTakesOverByHello) {
  Peers peers;
  peers.heard("c1", "key", says(Hello{}), kNow);
  EXPECT_EQ(peers.heard("c2", "key", says(Hello{}), kNow), Verdict::kWelcome);
  EXPECT_EQ(*peers.find(kWorker, 1), "c2");
  EXPECT_EQ(peers.heard("c1", "key", says(Results{}), kNow), Verdict::kSayHello);
  EXPECT_EQ(peers.size(), 1u);
}

TEST(Peers, AnotherKeyNeverSpeaksForAWorker) {
  Peers peers;
  peers.heard("c1", "key", says(Hello{}), kNow);
  EXPECT_EQ(peers.heard("c2", "other", says(Hello{}, 2), kNow), Verdict::kForeign);
  EXPECT_EQ(peers.heard("c2", "other", says(Goodbye{}), kNow), Verdict::kForeign);
}

TEST(Peers, OneConnectionIsOneWorker) {
  Peers peers;
  peers.heard("c1", "key", says(Hello{}), kNow);
  EXPECT_EQ(peers.heard("c1", "key", {{"w-2"}, 1, {1}, Hello{}}, kNow), Verdict::kWelcome);
  EXPECT_EQ(peers.find(kWorker, 1), nullptr);
  EXPECT_EQ(peers.size(), 1u);
}

TEST(Peers, TheSilentAreForgotten) {
  Peers peers;
  peers.heard("c1", "key", says(Hello{}), kNow);
  peers.heard("c2", "key", {{"w-2"}, 1, {1}, Hello{}}, kNow + Millis(50));
  peers.forget_silent(kNow + Millis(100), Millis(60));
  EXPECT_EQ(peers.find(kWorker, 1), nullptr);
  EXPECT_NE(peers.find({"w-2"}, 1), nullptr);
  peers.forget({"w-2"}, 1);
  EXPECT_EQ(peers.size(), 0u);
}

TEST(Outbox, NothingLeavesBeforeItsEditsAreDurable) {
  Outbox outbox;
  Batch first, second;
  first.needs = 1;
  first.sends = {ToWorker{kWorker, {1}, Pulse{}}};
  second.needs = 1;
  outbox.push(first);
  outbox.push(second);
  Batch out;
  EXPECT_FALSE(outbox.pop(0, out));
  EXPECT_TRUE(outbox.pop(1, out));
  EXPECT_EQ(out.sends.size(), 1u);
  EXPECT_TRUE(outbox.pop(1, out));
  EXPECT_EQ(outbox.size(), 0u);
}

TEST(Throttle, LetsOneASecondThroughAndCountsAll) {
  Throttle throttle;
  EXPECT_TRUE(throttle.due(kNow));
  EXPECT_FALSE(throttle.due(kNow + Millis(500)));
  EXPECT_TRUE(throttle.due(kNow + Millis(1000)));
  EXPECT_EQ(throttle.count(), 3u);
}

}  // namespace
}  // namespace troupe::server
