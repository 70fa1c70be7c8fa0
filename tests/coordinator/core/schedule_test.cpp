#include <gtest/gtest.h>

#include <set>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::CampaignPlan;
using testing::FarmDriver;
using testing::leased;
using testing::sent;

std::vector<JobIndex> indices(const std::vector<Ticket>& tickets) {
  std::vector<JobIndex> all;
  for (const Ticket& ticket : tickets) all.push_back(ticket.index);
  return all;
}

TEST(Schedule, GivesWhatTheWorkerWants) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  const Effects effects = farm.greet("w", 3);
  EXPECT_EQ(leased(effects).size(), 3u);
  ASSERT_EQ(sent<Lease>(effects).size(), 1u);
  EXPECT_EQ(sent<Lease>(effects)[0].timeout, Millis(600'000));
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 3u);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 7u);
}

TEST(Schedule, NothingBeforeTheFirstHeartbeat) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  EXPECT_TRUE(leased(farm.hello("w", testing::profile())).empty());
}

TEST(Schedule, CreditsCountBeyondWhatIsHeld) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  const std::vector<Ticket> first = leased(farm.greet("w", 2));
  std::vector<Held> held = {testing::held(first[0], HeldState::kRunning), testing::held(first[1])};
  EXPECT_TRUE(leased(farm.heartbeat("w", 0, held)).empty());
  EXPECT_EQ(leased(farm.heartbeat("w", 1, held)).size(), 1u);
}

TEST(Schedule, AHeartbeatThatCrossedALeaseAsksForNothingMore) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  EXPECT_EQ(leased(farm.greet("w", 2)).size(), 2u);
  EXPECT_TRUE(leased(farm.heartbeat("w", 2)).empty());
}

TEST(Schedule, AResultMakesRoomAtOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  const std::vector<Ticket> first = leased(farm.greet("w", 2));
  EXPECT_EQ(leased(farm.results("w", {testing::done(first[0])})).size(), 1u);
}

TEST(Schedule, RunsTheHigherPriorityFirstThenTheOlder) {
  FarmDriver farm;
  farm.submit({.name = "low", .priority = 0, .seeds = 2});
  farm.submit({.name = "later", .priority = 5, .seeds = 2});
  farm.submit({.name = "last", .priority = 5, .seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 6));
  ASSERT_EQ(tickets.size(), 6u);
  EXPECT_EQ(tickets[0].campaign.value, 2u);
  EXPECT_EQ(tickets[2].campaign.value, 3u);
  EXPECT_EQ(tickets[4].campaign.value, 1u);
}

TEST(Schedule, SeedsAreOutermostAndExcludedCellsAreLeftOut) {
  FarmDriver farm;
  // Indices: mia 0..2, leo 3..5; mia with seed 1 is excluded.
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}, .exclude_first = true});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 10));
  EXPECT_EQ(indices(tickets), (std::vector<JobIndex>{3, 1, 4, 2, 5}));
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 5u);
}

TEST(Schedule, APassIsBoundedAndGoesOnAtTheNextTick) {
  FarmOptions options;
  options.jobs_a_pass = 2;
  FarmDriver farm(options);
  farm.submit({.seeds = 6});
  EXPECT_EQ(leased(farm.greet("w", 6)).size(), 2u);
  EXPECT_EQ(farm.farm().next_tick(farm.now()), farm.now());
  EXPECT_EQ(leased(farm.pass(Millis(1))).size(), 2u);
}

TEST(Schedule, LeasesAreBounded) {
  FarmOptions options;
  options.lease_jobs = 4;
  FarmDriver farm(options);
  farm.submit({.seeds = 100});
  EXPECT_EQ(leased(farm.greet("w", 50)).size(), 4u);
}

TEST(Schedule, TheTailIsSharedAmongAll) {
  FarmDriver farm;
  farm.greet("a", 8);
  farm.greet("b", 8);
  const Effects effects = farm.step(SubmitCampaign{1, testing::resolved({.seeds = 6}), ""});
  EXPECT_EQ(leased(effects, "a").size(), 3u);
  EXPECT_EQ(leased(effects, "b").size(), 3u);
}

TEST(Schedule, TheLastJobsDoNotQueueBehindOthers) {
  FarmDriver farm;
  farm.greet("a", 2);
  farm.greet("b", 2);
  farm.submit({.seeds = 3});
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 2u);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 1u);
}

TEST(Schedule, AloneAWorkerHoldsTheLastJobsToo) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  EXPECT_EQ(leased(farm.greet("a", 2)).size(), 2u);
}

TEST(Schedule, OnlyWorkersWithTheTagsGetTheJobs) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .tags = {"gpu"}});
  EXPECT_TRUE(leased(farm.greet("plain", 2)).empty());
  Hello tagged = testing::profile();
  tagged.tags = {"big", "gpu"};
  farm.hello("gpu", tagged);
  EXPECT_EQ(leased(farm.heartbeat("gpu", 1), "gpu").size(), 1u);
}

TEST(Schedule, WorkersWithThePackComeFirstAndAnyoneWhenNobodyHasIt) {
  FarmDriver farm;
  Hello without = testing::profile();
  without.packs.clear();
  farm.hello("without", without);
  farm.heartbeat("without", 1);
  farm.greet("with", 1);
  farm.submit({.name = "pocket", .pack = "pocket", .seeds = 4});
  EXPECT_EQ(farm.count("pocket", JobState::kLeased), 1u);
  farm.submit({.name = "strange", .pack = "nobody-has-it", .seeds = 4});
  EXPECT_EQ(farm.count("strange", JobState::kLeased), 1u);
}

TEST(Schedule, ADrainingWorkerGetsNothing) {
  FarmDriver farm;
  farm.greet("w", 4);
  const Effects drained = farm.step(WorkerCommand{1, WorkerId{"w"}, WorkerVerb::kDrain});
  EXPECT_TRUE(drained.replies.at(0).status.ok());
  EXPECT_EQ(sent<Drain>(drained).size(), 1u);
  farm.submit({.seeds = 4});
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 0u);
  EXPECT_EQ(leased(farm.step(WorkerCommand{2, WorkerId{"w"}, WorkerVerb::kUndrain})).size(), 4u);
}

}  // namespace
}  // namespace troupe::core
