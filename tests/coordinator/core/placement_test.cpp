// The rules at work in a whole farm: which campaign, which worker, how many jobs.
#include <gtest/gtest.h>

#include <map>

#include "coordinator/core/explain.h"
#include "coordinator/core/farm_state.h"
#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::done;
using testing::FarmDriver;
using testing::held;
using testing::leased;
using testing::sent;

std::map<std::uint64_t, int> by_campaign(const std::vector<Ticket>& tickets) {
  std::map<std::uint64_t, int> counts;
  for (const Ticket& ticket : tickets) ++counts[ticket.campaign.value];
  return counts;
}

Effects enter(FarmDriver& farm, const std::string& worker, const Hello& hello, std::uint32_t jobs) {
  farm.hello(worker, hello);
  return farm.say(worker, Heartbeat{jobs, {}, false, "", hello.loaded});
}

JobResult timed(const Ticket& ticket, double seconds) {
  JobResult result = done(ticket);
  result.seconds = seconds;
  return result;
}

std::string rule(const FarmDriver& farm, const std::string& name, JobIndex index) {
  const FarmState& state = const_cast<FarmDriver&>(farm).farm().state();
  return explain(state, *state.find(*find_campaign(state, name)), index).at("rule").get<std::string>();
}

TEST(Placement, ProjectsOfEqualPriorityShareTheFarm) {
  FarmDriver farm;
  farm.submit({.name = "big", .seeds = 100, .project = "a"});
  farm.submit({.name = "small", .seeds = 100, .project = "b"});
  std::map<std::uint64_t, int> counts;
  for (int i = 0; i < 20; ++i) {
    for (const auto& [campaign, jobs] : by_campaign(leased(farm.greet("w" + std::to_string(i), 1)))) {
      counts[campaign] += jobs;
    }
  }
  EXPECT_EQ(counts[1], 10);
  EXPECT_EQ(counts[2], 10);
}

TEST(Placement, AHeavierProjectGetsMore) {
  FarmOptions options;
  options.weights = {{"a", 3}};
  FarmDriver farm(options);
  farm.submit({.name = "heavy", .seeds = 100, .project = "a"});
  farm.submit({.name = "light", .seeds = 100, .project = "b"});
  std::map<std::uint64_t, int> counts;
  for (int i = 0; i < 40; ++i) {
    for (const auto& [campaign, jobs] : by_campaign(leased(farm.greet("w" + std::to_string(i), 1)))) {
      counts[campaign] += jobs;
    }
  }
  EXPECT_EQ(counts[1], 30);
  EXPECT_EQ(counts[2], 10);
}

TEST(Placement, WhatAProjectUsedIsRememberedOverARestartAndForgottenInTime) {
  FarmOptions options;
  options.usage_half_life = Millis(3600'000);
  FarmDriver farm(options);
  farm.submit({.name = "greedy", .seeds = 100, .project = "a"});
  const Ticket first = leased(farm.greet("w", 1)).at(0);
  farm.results("w", {timed(first, 600)});
  farm.pass(Millis(11'000));
  farm.restart();
  EXPECT_NEAR(farm.farm().state().usage.used("a", farm.now()), 600, 10);
  farm.submit({.name = "modest", .seeds = 100, .project = "b"});
  farm.pass(Millis(31'000));
  EXPECT_EQ(by_campaign(leased(farm.greet("v", 1))), (std::map<std::uint64_t, int>{{2, 1}}));
  EXPECT_EQ(rule(farm, "greedy", 50), "share");
  farm.pass(Millis(3600'000));
  EXPECT_NEAR(farm.farm().state().usage.used("a", farm.now()), 300, 10);
}

TEST(Placement, WhatWaitsForLongGrowsImportant) {
  FarmOptions options;
  options.age_step = Millis(600'000);
  FarmDriver farm(options);
  farm.submit({.name = "urgent", .priority = 2, .seeds = 1000});
  farm.submit({.name = "humble", .priority = 0, .seeds = 1000});
  std::vector<Ticket> running = leased(farm.greet("w", 1));
  std::optional<Millis> served;
  for (Millis time(0); time < Millis(2400'000) && !served; time += Millis(20'000)) {
    const std::string why = rule(farm, "humble", 999);
    EXPECT_TRUE(why == "priority" || why == "order") << why;
    farm.pass(Millis(20'000));
    running = leased(farm.results("w", {timed(running.at(0), 20)}));
    ASSERT_EQ(running.size(), 1u);
    if (running[0].campaign.value == 2) served = time;
  }
  ASSERT_TRUE(served);
  EXPECT_GE(*served, Millis(1700'000)) << "not before it had waited for three steps";
  running = leased(farm.results("w", {timed(running.at(0), 20)}));
  EXPECT_EQ(running.at(0).campaign.value, 1u) << "after one job it is as humble as before";
}

TEST(Placement, APreferredSliceComesBeforeOtherCampaigns) {
  FarmDriver farm;
  farm.submit({.name = "usual", .priority = 1, .seeds = 4});
  farm.submit({.name = "partly", .priority = 0, .seeds = 4});
  farm.step(CampaignCommand{1, "partly", Verb::kPriority, "seed=2..3", {}, 5});
  std::vector<std::uint64_t> order;
  for (const Ticket& ticket : leased(farm.greet("w", 6))) order.push_back(ticket.campaign.value);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{2, 2, 1, 1, 1, 1}));
}

TEST(Placement, AWorkerStaysWithTheModelsItHas) {
  FarmDriver farm;
  Hello both = testing::profile();
  both.protocol_max = 2;
  both.packs.push_back(PackOffer{"other", sha256("other"), 8});
  farm.submit({.name = "first", .pack = "pocket", .seeds = 50});
  farm.submit({.name = "second", .pack = "other", .seeds = 50});
  both.loaded = {"other"};
  EXPECT_EQ(leased(enter(farm, "o", both, 1)).at(0).campaign.value, 2u);
  both.loaded = {"pocket"};
  EXPECT_EQ(leased(enter(farm, "p", both, 1)).at(0).campaign.value, 1u);
  both.loaded = {};
  EXPECT_EQ(leased(enter(farm, "n", both, 1)).at(0).campaign.value, 1u) << "the older one";
}

TEST(Placement, AJobGoesToNoDeviceThatIsTooSmallForIt) {
  FarmDriver farm;
  farm.submit({.seeds = 50});
  Hello big = testing::profile();
  big.slots = {Slot{"cuda:0", "H100", 80ull << 30}};
  Hello small = testing::profile();
  small.slots = {Slot{"cuda:0", "GTX 1060", 6ull << 30}};
  JobResult result = done(leased(enter(farm, "big", big, 1)).at(0));
  result.peak_memory_bytes = 20ull << 30;
  farm.results("big", {result});
  EXPECT_TRUE(leased(enter(farm, "small", small, 1)).empty());
  farm.say("big", Goodbye{});
  EXPECT_EQ(rule(farm, "spring", 40), "memory");
  farm.pass(Millis(11'000));
  farm.restart();
  EXPECT_TRUE(leased(enter(farm, "small", small, 1)).empty()) << "it is remembered over a restart";
}

TEST(Placement, OnlyWorkersOfThePoolRender) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .pool = "night"});
  EXPECT_TRUE(leased(farm.greet("day", 1)).empty());
  EXPECT_EQ(rule(farm, "spring", 0), "pool");
  Hello hello = testing::profile();
  hello.pool = "night";
  EXPECT_EQ(leased(enter(farm, "night", hello, 1)).size(), 1u);
}

TEST(Placement, NoMoreRunAtOnceThanTheManifestAllows) {
  FarmDriver farm;
  farm.submit({.seeds = 50, .running = 3});
  const std::vector<Ticket> first = leased(farm.greet("a", 8, 2));
  EXPECT_EQ(first.size(), 3u);
  EXPECT_TRUE(leased(farm.greet("b", 8)).empty());
  EXPECT_EQ(rule(farm, "spring", 49), "running");
  EXPECT_EQ(leased(farm.results("a", {done(first[0])})).size(), 1u);
}

TEST(Placement, NoMoreOfAProjectRunAtOnceThanTheCoordinatorAllows) {
  FarmOptions options;
  options.running_a_project = 2;
  options.project_running = {{"large", 4}};
  FarmDriver farm(options);
  farm.submit({.name = "one", .seeds = 50, .project = "small"});
  farm.submit({.name = "two", .seeds = 50, .project = "small"});
  farm.submit({.name = "three", .seeds = 50, .project = "large"});
  std::map<std::uint64_t, int> counts;
  std::vector<Ticket> all;
  for (int i = 0; i < 8; ++i) {
    for (const Ticket& ticket : leased(farm.greet("w" + std::to_string(i), 1))) {
      ++counts[ticket.campaign.value];
      all.push_back(ticket);
    }
  }
  EXPECT_EQ(counts[1] + counts[2], 2);
  EXPECT_EQ(counts[3], 4);
  EXPECT_EQ(rule(farm, "two", 40), "project_running");
}

TEST(Placement, ShortJobsComeInLeasesThatLast) {
  FarmDriver farm;
  farm.submit({.seeds = 5000});
  const Ticket first = leased(farm.greet("w", 1)).at(0);
  const std::vector<Ticket> more = leased(farm.results("w", {timed(first, 0.1)}));
  EXPECT_EQ(more.size(), 20u) << "two seconds of jobs of 0.1 s";
}

TEST(Placement, TheTailOfShortJobsIsShared) {
  FarmDriver farm;
  farm.submit({.seeds = 21});
  farm.greet("idle", 1);
  const Ticket first = leased(farm.greet("w", 1)).at(0);
  // 19 wait: a lease of 20 would leave the other worker with nothing.
  EXPECT_LE(leased(farm.results("w", {timed(first, 0.1)}), "w").size(), 11u);
}

TEST(Placement, EveryWaitingJobHasARule) {
  FarmDriver farm;
  farm.submit({.name = "spring", .seeds = 6});
  EXPECT_EQ(rule(farm, "spring", 0), "no_worker");
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  EXPECT_EQ(rule(farm, "spring", ticket.index), "leased");
  EXPECT_EQ(rule(farm, "spring", 5), "busy");
  farm.command("spring", Verb::kPause);
  EXPECT_EQ(rule(farm, "spring", 5), "paused");
  farm.command("spring", Verb::kResume);
  farm.command("spring", Verb::kPause, "seed=5");
  EXPECT_EQ(rule(farm, "spring", 4), "held");
  farm.results("w", {testing::failed(ticket, Fault::kWorker, "out of memory")});
  EXPECT_EQ(rule(farm, "spring", ticket.index), "backoff");
  farm.step(WorkerCommand{1, WorkerId{"w"}, WorkerVerb::kCordon});
  EXPECT_EQ(rule(farm, "spring", 5), "cordoned");
  farm.step(WorkerCommand{1, WorkerId{"w"}, WorkerVerb::kUncordon});
  farm.step(WorkerCommand{1, WorkerId{"w"}, WorkerVerb::kDrain});
  EXPECT_EQ(rule(farm, "spring", 5), "draining");
  farm.pass(Millis(31'000));
  EXPECT_EQ(rule(farm, "spring", 5), "lost");
}

TEST(Placement, APassThatChangesNothingLooksAtNothing) {
  FarmDriver farm;
  farm.submit({.name = "tagged", .seeds = 4, .tags = {"gpu"}});
  for (int i = 0; i < 50; ++i) farm.greet("w" + std::to_string(i), 1);
  EXPECT_TRUE(farm.farm().state().awake.empty()) << "nobody can do it: nobody is asked again";
  Hello tagged = testing::profile();
  tagged.tags = {"gpu"};
  EXPECT_EQ(leased(enter(farm, "gpu", tagged, 1)).size(), 1u);
}

}  // namespace
}  // namespace troupe::core
