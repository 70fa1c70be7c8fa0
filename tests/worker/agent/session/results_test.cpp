#include "tests/worker/agent/session/session_driver.h"

namespace troupe::agent {
namespace {

using namespace testing;

TEST(Delivery, UploadsThenSendsThenForgetsWhenAcked) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  const SessionEffects stored = worker.step(ResultStored{picture(0)});
  EXPECT_EQ(all<UploadArtifacts>(stored).at(0).digests, std::vector<Digest>{sha256("0")});
  EXPECT_TRUE(said<Results>(stored).empty());
  const SessionEffects uploaded = worker.step(Uploaded{{sha256("0")}});
  EXPECT_EQ(said<Results>(uploaded).at(0).results, std::vector<JobResult>{picture(0)});
  EXPECT_TRUE(all<ForgetResults>(uploaded).empty());
  EXPECT_EQ(all<ForgetResults>(worker.hear(Ack{{ticket(0)}})).at(0).tickets, std::vector<Ticket>{ticket(0)});
  EXPECT_TRUE(worker.session().held(worker.now()).empty());
}

TEST(Delivery, AnUnansweredResultIsSentAgainWithBackoff) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(ResultStored{picture(0)});
  worker.step(Uploaded{{sha256("0")}});
  int sends = 0;
  for (int i = 0; i < 60; ++i) {
    worker.hear(Pulse{});
    sends += static_cast<int>(said<Results>(worker.pass(Millis(1000))).size());
  }
  EXPECT_GE(sends, 5);
  EXPECT_LE(sends, 12);
}

TEST(Delivery, TheOutboxOfAFormerLifeIsDelivered) {
  SessionDriver worker;
  const SessionEffects started = worker.step(Started{{picture(3)}});
  EXPECT_EQ(said<Hello>(started).at(0).held.at(0).state, HeldState::kUploading);
  EXPECT_EQ(all<UploadArtifacts>(started).size(), 1u);
  worker.step(Uploaded{{sha256("3")}});
  EXPECT_EQ(said<Results>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)})).size(), 1u);
}

TEST(Delivery, ANewConnectionSendsEverythingAgain) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(ResultStored{picture(0)});
  worker.step(Uploaded{{sha256("0")}});
  worker.step(Connected{});
  EXPECT_EQ(said<Results>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)})).size(), 1u);
}

TEST(Delivery, WhatTheCoordinatorNeedsIsUploadedAgain) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(ResultStored{picture(0)});
  worker.step(Uploaded{{sha256("0")}});
  const SessionEffects needed = worker.hear(Need{{sha256("0"), sha256("unknown")}});
  EXPECT_EQ(all<UploadArtifacts>(needed).at(0).digests, std::vector<Digest>{sha256("0")});
  EXPECT_EQ(said<Results>(worker.step(Uploaded{{sha256("0")}})).size(), 1u);
}

TEST(Delivery, AFailedUploadIsTriedAgain) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(ResultStored{picture(0)});
  worker.step(UploadFailed{{sha256("0")}, Status(Code::kUnavailable, "nobody there")});
  EXPECT_EQ(all<UploadArtifacts>(worker.pass(Millis(1000))).size(), 1u);
}

TEST(Delivery, ALostArtifactMakesItsResultAFailure) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(ResultStored{picture(0)});
  const auto stores = all<StoreResult>(worker.step(UploadFailed{{sha256("0")}, Status(Code::kCorrupt, "bad sector")}));
  ASSERT_EQ(stores.size(), 1u);
  EXPECT_EQ(stores[0].result.outcome, Outcome::kFailed);
  EXPECT_EQ(said<Results>(worker.step(ResultStored{stores[0].result})).at(0).results.at(0).fault, Fault::kWorker);
}

TEST(Delivery, OfTwoResultsOfOneTicketTheFirstStands) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1, Millis(10'000));
  const auto stores = all<StoreResult>(worker.pass(Millis(10'000)));
  EXPECT_EQ(said<Results>(worker.step(ResultStored{stores.at(0).result})).size(), 1u);
  EXPECT_TRUE(all<UploadArtifacts>(worker.step(ResultStored{picture(0)})).empty());
  EXPECT_EQ(all<ForgetResults>(worker.hear(Ack{{ticket(0)}})).size(), 1u);
}

TEST(Delivery, AFullOutboxStopsTheWorkAndLosesNothing) {
  SessionOptions options;
  options.outbox_results = 1;
  SessionDriver worker(1, options);
  worker.begin();
  worker.lease(0, 2);
  const SessionEffects stored = worker.step(ResultStored{picture(0)});
  EXPECT_EQ(said<Heartbeat>(stored).at(0).credits, 0u);
  EXPECT_NE(said<Heartbeat>(stored).at(0).trouble, "");
  EXPECT_TRUE(all<StartJob>(worker.step(EngineReady{0})).empty());
  worker.step(Uploaded{{sha256("0")}});
  EXPECT_EQ(all<StartJob>(worker.hear(Ack{{ticket(0)}})).size(), 1u);
}

TEST(Delivery, BigBatchesAreSplit) {
  SessionDriver worker;
  std::vector<JobResult> results;
  for (JobIndex index = 0; index < 40; ++index) {
    JobResult result;
    result.ticket = ticket(index);
    result.outcome = Outcome::kFailed;
    result.fault = Fault::kInput;
    result.metadata_json.assign(60'000, 'x');
    results.push_back(result);
  }
  worker.step(Started{results});
  const auto batches = said<Results>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)}));
  EXPECT_GE(batches.size(), 3u);
  std::size_t sent = 0;
  for (const Results& batch : batches) sent += batch.results.size();
  EXPECT_EQ(sent, 40u);
}

}  // namespace
}  // namespace troupe::agent
