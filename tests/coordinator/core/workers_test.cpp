#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::done;
using testing::FarmDriver;
using testing::held;
using testing::leased;
using testing::sent;

TEST(Workers, AreWelcomedWithTheBeatThatTheyAreToKeep) {
  FarmOptions options;
  options.heartbeat = Millis(1500);
  FarmDriver farm(options);
  const Effects effects = farm.hello("w", testing::profile());
  ASSERT_EQ(sent<Welcome>(effects).size(), 1u);
  EXPECT_EQ(sent<Welcome>(effects)[0].heartbeat, Millis(1500));
  EXPECT_EQ(sent<Welcome>(effects)[0].protocol, 1u);
}

TEST(Workers, ThatSpeakAnotherProtocolAreRefused) {
  FarmDriver farm;
  Hello future = testing::profile();
  future.protocol_min = 8;
  future.protocol_max = 9;
  const Effects effects = farm.hello("w", future);
  ASSERT_EQ(sent<Refused>(effects).size(), 1u);
  EXPECT_EQ(sent<Refused>(effects)[0].code, "protocol");
}

TEST(Workers, MustSayHelloInEachLifeOfTheCoordinator) {
  FarmDriver farm;
  EXPECT_EQ(sent<Refused>(farm.heartbeat("w", 1)).at(0).code, "unknown_worker");
  farm.greet("w", 1);
  EXPECT_TRUE(sent<Refused>(farm.heartbeat("w", 1)).empty());
  farm.restart();
  EXPECT_EQ(sent<Refused>(farm.heartbeat("w", 1)).at(0).code, "unknown_worker");
}

TEST(Workers, HeartbeatsAreAnswered) {
  FarmDriver farm;
  EXPECT_EQ(sent<Pulse>(farm.greet("w", 1)).size(), 1u);
}

TEST(Workers, ASecondAgentWithTheSameIdIsRefusedWhileTheFirstLives) {
  FarmDriver farm;
  farm.greet("w", 1, 1, 1);
  const Effects refused = farm.hello("w", testing::profile(), 2);
  ASSERT_EQ(sent<Refused>(refused).size(), 1u);
  EXPECT_EQ(sent<Refused>(refused)[0].code, "duplicate_worker");
  EXPECT_EQ(refused.sends[0].instance, 2u);
  farm.pass(Millis(7000));
  EXPECT_EQ(sent<Welcome>(farm.hello("w", testing::profile(), 2)).size(), 1u);
  EXPECT_EQ(sent<Refused>(farm.heartbeat("w", 1, {}, 1)).at(0).code, "unknown_worker");
}

TEST(Workers, ANewStartGivesBackWhatItDoesNotList) {
  FarmDriver farm;
  farm.submit({.seeds = 4});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 3, 1, 1));
  farm.pass(Millis(7000));
  Hello again = testing::profile();
  again.held = {held(tickets[0], HeldState::kUploading)};
  farm.hello("w", again, 2);
  EXPECT_EQ(farm.count("spring", JobState::kUploading), 1u);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 3u);
  EXPECT_EQ(farm.job("spring", std::to_string(tickets[1].index)).failures, 0u);
}

TEST(Workers, SilenceLosesTheirJobsWithoutCountingThem) {
  FarmDriver farm;
  farm.submit({.seeds = 2, .retries = 0});
  farm.greet("w", 2);
  farm.pass(Millis(31'000));
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 2u);
  EXPECT_EQ(farm.job("spring", "0").failures, 0u);
  EXPECT_EQ(worker_info(farm.farm().state(), "w", farm.now())->at("state"), "lost");
}

TEST(Workers, AnyMessageIsASignOfLife) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const Ticket ticket = leased(farm.greet("w", 2)).at(0);
  farm.pass(Millis(20'000));
  farm.results("w", {done(ticket)});
  farm.pass(Millis(20'000));
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 0u);
}

TEST(Workers, OneThatComesBackTakesUpItsRunningJobAgain) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  farm.pass(Millis(31'000));
  ASSERT_EQ(farm.count("spring", JobState::kWaiting), 1u);
  const Effects back = farm.heartbeat("w", 0, {held(ticket, HeldState::kRunning)});
  EXPECT_TRUE(sent<Revoke>(back).empty());
  EXPECT_TRUE(sent<Lease>(back).empty());
  EXPECT_EQ(farm.count("spring", JobState::kRunning), 1u);
  farm.results("w", {done(ticket)});
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Workers, ALostJobThatAnotherHasIsRevoked) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("a", 1)).at(0);
  farm.pass(Millis(20'000));
  farm.greet("b", 1);
  farm.pass(Millis(11'000));
  const Effects back = farm.heartbeat("a", 0, {held(ticket, HeldState::kRunning)});
  ASSERT_EQ(sent<Revoke>(back, "a").size(), 1u);
  EXPECT_EQ(sent<Revoke>(back, "a")[0].tickets, std::vector<Ticket>{ticket});
}

TEST(Workers, AResultInTheOutboxIsNeverRevoked) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket ticket = leased(farm.greet("a", 1)).at(0);
  farm.command("spring", Verb::kCancel);
  EXPECT_TRUE(sent<Revoke>(farm.heartbeat("a", 0, {held(ticket, HeldState::kUploading)})).empty());
}

TEST(Workers, ALeaseThatIsNotListedIsSentAgain) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  EXPECT_TRUE(sent<Lease>(farm.heartbeat("w", 2)).empty());
  farm.pass(Millis(5000));
  const Effects effects = farm.heartbeat("w", 1, {held(tickets[0])});
  ASSERT_EQ(sent<Lease>(effects).size(), 1u);
  EXPECT_TRUE(sent<Lease>(effects)[0].resent);
  EXPECT_EQ(leased(effects), std::vector<Ticket>{tickets[1]});
  EXPECT_TRUE(effects.edits.empty());
}

TEST(Workers, AfterARestartGrantsWaitForTheirWorkers) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  farm.restart();
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 2u);
  Hello back = testing::profile();
  back.held = {held(tickets[0], HeldState::kRunning), held(tickets[1])};
  const Effects effects = farm.hello("w", back);
  EXPECT_TRUE(sent<Revoke>(effects).empty());
  EXPECT_EQ(farm.count("spring", JobState::kRunning), 1u);
  farm.results("w", {done(tickets[0])});
  EXPECT_EQ(farm.count("spring", JobState::kDone), 1u);
}

TEST(Workers, AfterARestartGrantsOfTheSilentEndAfterALivenessPeriod) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  farm.greet("w", 2);
  farm.restart();
  farm.pass(Millis(29'000));
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 2u);
  farm.pass(Millis(2000));
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 2u);
}

TEST(Workers, AReleasedJobCountsAgainstNobody) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 0});
  const Ticket ticket = leased(farm.greet("a", 1)).at(0);
  farm.greet("b", 1);
  const Effects effects = farm.say("a", Release{{ticket}, "the worker stops"});
  EXPECT_EQ(farm.job("spring", "0").failures, 0u);
  EXPECT_TRUE(leased(effects, "a").empty());
  EXPECT_EQ(leased(farm.pass(Millis(1100)), "b").size(), 1u);
}

TEST(Workers, GoodbyeGivesEverythingBackAtOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  farm.greet("a", 2);
  farm.say("a", Goodbye{});
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 2u);
  EXPECT_EQ(worker_list(farm.farm().state(), farm.now()).at("workers").size(), 0u);
}

TEST(Workers, AJobFarOverItsTimeoutIsTakenBackAndCounts) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 0, .timeout_seconds = 60});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  for (int i = 0; i < 11; ++i) {
    farm.heartbeat("w", 0, {held(ticket, HeldState::kRunning)});
    farm.pass(Millis(10'000));
  }
  EXPECT_EQ(farm.count("spring", JobState::kFailed), 1u);
}

TEST(Workers, TheLostAreForgottenInTheEnd) {
  FarmDriver farm;
  farm.greet("w", 1);
  farm.pass(Millis(31'000));
  EXPECT_EQ(worker_list(farm.farm().state(), farm.now()).at("workers").size(), 1u);
  farm.pass(Millis(3'600'000));
  EXPECT_EQ(worker_list(farm.farm().state(), farm.now()).at("workers").size(), 0u);
}

}  // namespace
}  // namespace troupe::core
