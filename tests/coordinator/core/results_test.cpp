#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::acked;
using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::leased;
using testing::sent;

TEST(Results, TheFirstCommitsAndLaterOnesAreDropped) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  const Effects first = farm.results("w", {done(ticket)});
  EXPECT_EQ(acked(first), std::vector<Ticket>{ticket});
  EXPECT_EQ(farm.state("spring"), "finished");
  const Effects again = farm.results("w", {done(ticket)});
  EXPECT_EQ(acked(again), std::vector<Ticket>{ticket});
  EXPECT_TRUE(again.edits.empty());
}

TEST(Results, MissingBlobsAreAskedForAndNothingIsAcked) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  const Digest digest = done(ticket).artifacts[0].digest;
  const Effects effects = farm.results("w", {done(ticket)}, {digest});
  EXPECT_TRUE(acked(effects).empty());
  EXPECT_TRUE(effects.edits.empty());
  ASSERT_EQ(sent<Need>(effects).size(), 1u);
  EXPECT_EQ(sent<Need>(effects)[0].digests, std::vector<Digest>{digest});
}

TEST(Results, AnInputFaultFailsTheJobAtOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  EXPECT_EQ(acked(farm.results("w", {failed(ticket, Fault::kInput)})).size(), 1u);
  EXPECT_EQ(farm.count("spring", JobState::kFailed), 1u);
}

TEST(Results, ARejectionIsCountedAsSuch) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  JobResult result = done(leased(farm.greet("w", 1)).at(0));
  result.outcome = Outcome::kRejected;
  farm.results("w", {result});
  EXPECT_EQ(farm.count("spring", JobState::kRejected), 1u);
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Results, AWorkerFaultIsTriedAgainElsewhereAfterAWait) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("a", 1)).at(0);
  farm.greet("b", 1);
  const Effects effects = farm.results("a", {failed(ticket, Fault::kWorker, "out of memory")});
  EXPECT_EQ(acked(effects).size(), 1u);
  EXPECT_TRUE(leased(effects).empty());
  EXPECT_EQ(farm.job("spring", "0").failures, 1u);
  EXPECT_EQ(farm.job("spring", "0").reason, "out of memory");
  farm.heartbeat("a", 1);
  const Effects later = farm.pass(Millis(2000));
  EXPECT_TRUE(leased(later, "a").empty());
  ASSERT_EQ(leased(later, "b").size(), 1u);
  EXPECT_EQ(leased(later, "b")[0].attempt, 2u);
}

TEST(Results, WorkerFaultsCountUpToTheLimitAlsoAcrossARestart) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 2});
  Ticket ticket = leased(farm.greet("w", 1)).at(0);
  for (int i = 0; i < 2; ++i) {
    farm.results("w", {failed(ticket, Fault::kWorker)});
    EXPECT_EQ(farm.state("spring"), "active");
    farm.restart();
    farm.pass(Millis(61'000));
    ticket = leased(farm.greet("w", 1)).at(0);
  }
  EXPECT_EQ(ticket.attempt, 3u);
  farm.results("w", {failed(ticket, Fault::kWorker, "the third")});
  EXPECT_EQ(farm.count("spring", JobState::kFailed), 1u);
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Results, AFailureThatComesTwiceCountsOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  farm.results("w", {failed(ticket, Fault::kWorker)});
  EXPECT_EQ(acked(farm.results("w", {failed(ticket, Fault::kWorker)})).size(), 1u);
  EXPECT_EQ(farm.job("spring", "0").failures, 1u);
}

TEST(Results, CoordinatorAndNetworkFaultsNeverCount) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 0});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  farm.results("w", {failed(ticket, Fault::kNetwork)});
  EXPECT_EQ(farm.job("spring", "0").failures, 0u);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 1u);
}

TEST(Results, AnOlderGenerationIsAckedAndDropped) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  farm.command("spring", Verb::kCancel);
  farm.command("spring", Verb::kRequeue);
  EXPECT_EQ(acked(farm.results("w", {done(ticket)})).size(), 1u);
  EXPECT_EQ(farm.count("spring", JobState::kDone), 0u);
}

TEST(Results, WhatWasNeverGrantedIsAckedAndDropped) {
  FarmDriver farm;
  farm.submit({.seeds = 3});
  const Ticket mine = leased(farm.greet("a", 1)).at(0);
  farm.greet("b", 1);
  const Ticket future{mine.campaign, mine.index, 0, 7};
  const Ticket unknown{CampaignId{99}, 0, 0, 1};
  const Ticket outside{mine.campaign, 1000, 0, 1};
  EXPECT_EQ(acked(farm.results("b", {done(mine), done(future), done(unknown), done(outside)})).size(), 4u);
  EXPECT_EQ(farm.count("spring", JobState::kDone), 0u);
}

TEST(Results, AResultWithoutItsLeaseStillCountsAndTheOtherAttemptIsRevoked) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket first = leased(farm.greet("a", 1)).at(0);
  farm.pass(Millis(20'000));
  farm.greet("b", 1);
  const Effects lost = farm.pass(Millis(11'000));
  ASSERT_EQ(leased(lost, "b").size(), 1u);
  const Ticket second = leased(lost, "b")[0];
  EXPECT_EQ(second.attempt, 2u);
  const Effects late = farm.results("a", {done(first)});
  EXPECT_EQ(acked(late), std::vector<Ticket>{first});
  ASSERT_EQ(sent<Revoke>(late, "b").size(), 1u);
  EXPECT_EQ(sent<Revoke>(late, "b")[0].tickets, std::vector<Ticket>{second});
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Results, DoneWithoutAPictureIsAFailureOfTheWorker) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  JobResult result = done(leased(farm.greet("w", 1)).at(0));
  result.artifacts.clear();
  farm.results("w", {result});
  EXPECT_EQ(farm.job("spring", "0").failures, 1u);
}

}  // namespace
}  // namespace troupe::core
