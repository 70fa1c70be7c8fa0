#include "tests/worker/agent/session/session_driver.h"

namespace troupe::agent {
namespace {

using namespace testing;

TEST(Jobs, FetchTheSpecThenStart) {
  SessionDriver worker;
  worker.begin();
  const Lease lease{LeaseId{1}, CampaignId{1}, kSpec, {{4, 0, 1}, {5, 0, 1}}, Millis(60'000), false};
  const SessionEffects fetching = worker.hear(lease);
  ASSERT_EQ(all<FetchSpec>(fetching).size(), 1u);
  EXPECT_TRUE(all<StartJob>(fetching).empty());
  const auto starts = all<StartJob>(worker.step(SpecReady{kSpec}));
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].ticket, ticket(4));
  EXPECT_EQ(starts[0].timeout, Millis(60'000));
}

TEST(Jobs, ALeaseDeliveredTwiceStartsItsJobOnce) {
  SessionDriver worker(2);
  worker.begin();
  EXPECT_EQ(all<StartJob>(worker.lease(0, 1)).size(), 1u);
  EXPECT_TRUE(all<StartJob>(worker.lease(0, 1)).empty());
  worker.step(ResultStored{picture(0)});
  worker.step(EngineReady{0});
  EXPECT_TRUE(all<StartJob>(worker.lease(0, 1)).empty());
}

TEST(Jobs, TheNextStartsWhenItsEngineIsFree) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  EXPECT_TRUE(all<StartJob>(worker.step(ResultStored{picture(0)})).empty());
  EXPECT_EQ(all<StartJob>(worker.step(EngineReady{0})).at(0).ticket, ticket(1));
}

TEST(Jobs, RevokedOnesAreDroppedOrStopped) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  const SessionEffects effects = worker.hear(Revoke{{ticket(0), ticket(1), ticket(9)}, "cancelled"});
  ASSERT_EQ(all<CancelJob>(effects).size(), 1u);
  EXPECT_EQ(all<CancelJob>(effects)[0].ticket, ticket(0));
  EXPECT_TRUE(worker.session().held(worker.now()).empty());
  // It was done at that very moment: nobody wants it.
  EXPECT_EQ(all<ForgetResults>(worker.step(ResultStored{picture(0)})).size(), 1u);
  EXPECT_TRUE(all<StartJob>(worker.step(EngineReady{0})).empty());
}

TEST(Jobs, ATimeoutStopsTheJobAndReportsIt) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1, Millis(10'000));
  EXPECT_TRUE(all<CancelJob>(worker.pass(Millis(9999))).empty());
  EXPECT_LE(worker.session().next_tick(worker.now()), worker.now() + Millis(1));
  const SessionEffects effects = worker.pass(Millis(1));
  EXPECT_EQ(all<CancelJob>(effects).size(), 1u);
  ASSERT_EQ(all<StoreResult>(effects).size(), 1u);
  EXPECT_EQ(all<StoreResult>(effects)[0].result.fault, Fault::kWorker);
  EXPECT_TRUE(all<StoreResult>(worker.pass(Millis(1000))).empty());
  const SessionEffects stored = worker.step(ResultStored{all<StoreResult>(effects)[0].result});
  EXPECT_EQ(said<Results>(stored).size(), 1u);
}

TEST(Jobs, AnEngineThatDiesWithoutAReportHandsItsJobBack) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  EXPECT_EQ(said<Release>(worker.step(EngineDown{0, "signal 9"})).at(0).tickets, std::vector<Ticket>{ticket(0)});
}

TEST(Jobs, AnEngineThatDiesWithAReportKeepsItsQueue) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  JobResult crash;
  crash.ticket = ticket(0);
  crash.outcome = Outcome::kFailed;
  crash.fault = Fault::kWorker;
  EXPECT_EQ(said<Results>(worker.step(ResultStored{crash})).size(), 1u);
  EXPECT_TRUE(said<Release>(worker.step(EngineDown{0, "signal 9"})).empty());
  EXPECT_EQ(all<StartJob>(worker.step(EngineReady{0})).at(0).ticket, ticket(1));
}

TEST(Jobs, WithoutEnginesForLongTheQueueIsHandedBack) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  worker.step(EngineDown{0, "no memory"});
  for (int i = 0; i < 2; ++i) {
    worker.hear(Pulse{});
    EXPECT_TRUE(said<Release>(worker.pass(Millis(29'000))).empty());
  }
  worker.hear(Pulse{});
  const auto releases = said<Release>(worker.pass(Millis(2000)));
  ASSERT_EQ(releases.size(), 1u);
  EXPECT_EQ(releases[0].reason, "no memory");
}

TEST(Jobs, ASpecThatCannotBeFetchedIsTriedAgainThenHandedBack) {
  SessionDriver worker;
  worker.begin();
  worker.hear(Lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, {}, false});
  int fetches = 0;
  SessionEffects effects;
  for (int i = 0; i < 5; ++i) {
    effects = worker.step(SpecFailed{kSpec, Status(Code::kUnavailable, "nobody there")});
    worker.hear(Pulse{});
    if (i < 4) fetches += static_cast<int>(all<FetchSpec>(worker.pass(Millis(15'000))).size());
  }
  EXPECT_EQ(fetches, 4);
  EXPECT_EQ(said<Release>(effects).size(), 1u);
}

TEST(Jobs, ASpecThatMakesNoSenseFailsItsJobs) {
  SessionDriver worker;
  worker.begin();
  worker.hear(Lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, {}, false});
  const auto stores = all<StoreResult>(worker.step(SpecFailed{kSpec, Status(Code::kInvalid, "no manifest")}));
  ASSERT_EQ(stores.size(), 1u);
  EXPECT_EQ(stores[0].result.fault, Fault::kInput);
}

TEST(References, AreFetchedForEachJobBeforeItStarts) {
  SessionDriver worker;
  worker.answer_references = false;
  worker.begin();
  const SessionEffects effects = worker.lease(0, 2);
  const auto fetches = all<FetchReferences>(effects);
  ASSERT_EQ(fetches.size(), 2u);
  EXPECT_EQ(fetches[0].ticket, ticket(0));
  EXPECT_EQ(fetches[0].spec, kSpec);
  EXPECT_TRUE(all<StartJob>(effects).empty());
  EXPECT_TRUE(all<FetchReferences>(worker.pass(Millis(1000))).empty());  // asked once
  // The second job does not wait for the first.
  EXPECT_EQ(all<StartJob>(worker.step(ReferencesReady{ticket(1)})).at(0).ticket, ticket(1));
}

TEST(References, ThatTheCoordinatorLacksAreAnInputFault) {
  SessionDriver worker;
  worker.answer_references = false;
  worker.begin();
  worker.lease(0, 1);
  const auto stores =
      all<StoreResult>(worker.step(ReferencesFailed{ticket(0), Status(Code::kNotFound, "no blob abc")}));
  ASSERT_EQ(stores.size(), 1u);
  EXPECT_EQ(stores[0].result.fault, Fault::kInput);
  EXPECT_NE(stores[0].result.reason.find("no blob abc"), std::string::npos);
}

TEST(References, ThatCannotBeHadNowAreTriedAgainThenTheJobIsHandedBack) {
  SessionDriver worker;
  worker.answer_references = false;
  worker.begin();
  worker.lease(0, 1);
  SessionEffects effects;
  int fetches = 0;
  for (int i = 0; i < 5; ++i) {
    effects = worker.step(ReferencesFailed{ticket(0), Status(Code::kUnavailable, "nobody there")});
    worker.hear(Pulse{});
    if (i < 4) fetches += static_cast<int>(all<FetchReferences>(worker.pass(Millis(15'000))).size());
  }
  EXPECT_EQ(fetches, 4);
  EXPECT_EQ(said<Release>(effects).at(0).tickets, std::vector<Ticket>{ticket(0)});
  EXPECT_TRUE(all<StoreResult>(effects).empty());
}

TEST(References, OfAJobThatNobodyWantsAnyMoreAreTakenCalmly) {
  SessionDriver worker;
  worker.answer_references = false;
  worker.begin();
  worker.lease(0, 1);
  worker.hear(Revoke{{ticket(0)}, "cancelled"});
  EXPECT_TRUE(all<StartJob>(worker.step(ReferencesReady{ticket(0)})).empty());
  EXPECT_TRUE(all<StoreResult>(worker.step(ReferencesFailed{ticket(0), Status(Code::kNotFound, "")})).empty());
}

TEST(Jobs, TheEngineTakesTheNextWhileThePictureOfTheLastIsWritten) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  EXPECT_EQ(all<StartJob>(worker.step(EngineReady{0})).at(0).ticket, ticket(1));
  EXPECT_TRUE(said<Release>(worker.step(ResultStored{picture(0)})).empty());
  // It dies with both in hand: the one that was reported is not handed back.
  worker.lease(2, 1);
  EXPECT_EQ(all<StartJob>(worker.step(EngineReady{0})).at(0).ticket, ticket(2));
  JobResult crash;
  crash.ticket = ticket(2);
  crash.outcome = Outcome::kFailed;
  crash.fault = Fault::kWorker;
  worker.step(ResultStored{crash});
  EXPECT_EQ(said<Release>(worker.step(EngineDown{0, "signal 9"})).at(0).tickets, std::vector<Ticket>{ticket(1)});
}

TEST(Jobs, AStepThatTakesTooLongEndsTheJob) {
  SessionDriver worker;
  worker.begin();
  Lease lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, Millis(600'000), false};
  lease.stall = Millis(8000);
  worker.hear(lease);
  worker.step(SpecReady{kSpec});
  EXPECT_TRUE(all<CancelJob>(worker.pass(Millis(20'000))).empty()) << "models are being read";
  for (std::uint32_t step = 1; step <= 3; ++step) {
    worker.step(JobProgress{ticket(0), "generate", step, 20});
    EXPECT_TRUE(all<CancelJob>(worker.pass(Millis(7000))).empty());
  }
  const SessionEffects late = worker.pass(Millis(1000));
  ASSERT_EQ(all<CancelJob>(late).size(), 1u);
  const auto stored = all<StoreResult>(late);
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].result.fault, Fault::kWorker);
  EXPECT_EQ(stored[0].result.reason, "made no step for 8 s in generate");
}

TEST(Jobs, WhatFollowsTheLastStepTakesWhatItTakes) {
  SessionDriver worker;
  worker.begin();
  Lease lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, Millis(600'000), false};
  lease.stall = Millis(1000);
  worker.hear(lease);
  worker.step(SpecReady{kSpec});
  worker.step(JobProgress{ticket(0), "generate", 20, 20});
  EXPECT_TRUE(all<CancelJob>(worker.pass(Millis(20'000))).empty());
}

}  // namespace
}  // namespace troupe::agent
