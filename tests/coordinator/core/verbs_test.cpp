#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::leased;
using testing::sent;

TEST(Verbs, PauseStopsNewLeasesAndLetsRunningJobsEnd) {
  FarmDriver farm;
  farm.submit({.seeds = 4});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 1));
  EXPECT_TRUE(farm.command("spring", Verb::kPause).status.ok());
  EXPECT_TRUE(leased(farm.results("w", {done(tickets[0])})).empty());
  EXPECT_EQ(farm.state("spring"), "paused");
  EXPECT_EQ(farm.count("spring", JobState::kDone), 1u);
  farm.restart();
  EXPECT_EQ(farm.state("spring"), "paused");
  farm.greet("w", 1);
  const Effects resumed = farm.step(CampaignCommand{1, "spring", Verb::kResume, "", {}});
  EXPECT_EQ(leased(resumed).size(), 1u);
}

TEST(Verbs, CancelEndsWaitingAndLeasedJobs) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .characters = {"mia", "leo"}, .exclude_first = true});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  farm.results("w", {done(tickets[0])});
  const Effects effects = farm.step(CampaignCommand{1, "spring", Verb::kCancel, "", {}});
  EXPECT_EQ(sent<Revoke>(effects).at(0).tickets.size(), 2u);
  EXPECT_EQ(farm.state("spring"), "cancelled");
  EXPECT_EQ(farm.count("spring", JobState::kDone), 1u);
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 6u);
  farm.restart();
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 6u);
  const auto again = nlohmann::json::parse(farm.command("spring", Verb::kCancel).json);
  EXPECT_EQ(again.at("changed"), false);
}

TEST(Verbs, RequeueWakesAFinishedCampaign) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  farm.results("w", {done(tickets[0]), failed(tickets[1], Fault::kInput)});
  EXPECT_EQ(farm.state("spring"), "finished");
  const Effects effects = farm.step(CampaignCommand{1, "spring", Verb::kRequeue, "", {}});
  EXPECT_EQ(nlohmann::json::parse(effects.replies.at(0).json).at("cells"), 1);
  EXPECT_EQ(farm.state("spring"), "active");
  ASSERT_EQ(leased(effects).size(), 1u);
  EXPECT_EQ(leased(effects)[0].generation, 1u);
  EXPECT_EQ(leased(effects)[0].attempt, 1u);
  farm.results("w", {done(leased(effects)[0])});
  EXPECT_EQ(farm.state("spring"), "finished");
  EXPECT_EQ(farm.count("spring", JobState::kDone), 2u);
}

TEST(Verbs, RequeueTakesASliceAndStates) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}});
  std::vector<JobResult> results;
  for (const Ticket& ticket : leased(farm.greet("w", 6))) results.push_back(done(ticket));
  farm.results("w", results);
  EXPECT_EQ(farm.state("spring"), "finished");
  EXPECT_EQ(nlohmann::json::parse(farm.command("spring", Verb::kRequeue, "character=mia").json).at("cells"), 0);
  EXPECT_EQ(farm.state("spring"), "finished");
  const Reply reply = farm.command("spring", Verb::kRequeue, "character=mia,seed=1..2", {JobState::kDone});
  EXPECT_EQ(nlohmann::json::parse(reply.json).at("cells"), 2);
  EXPECT_EQ(farm.count("spring", JobState::kDone), 4u);
}

TEST(Verbs, RequeueOfPartOfACancelledCampaignLeavesExcludedCellsOut) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}, .exclude_first = true});
  farm.command("spring", Verb::kCancel);
  const Reply reply = farm.command("spring", Verb::kRequeue, "character=mia");
  EXPECT_EQ(nlohmann::json::parse(reply.json).at("cells"), 2);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 2u);
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 3u);
  farm.restart();
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 2u);
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 3u);
}

TEST(Verbs, RefuseWhatMakesNoSense) {
  FarmDriver farm;
  farm.submit({.seeds = 3});
  EXPECT_EQ(farm.command("nobody", Verb::kPause).status.code(), Code::kNotFound);
  EXPECT_EQ(farm.command("spring#7", Verb::kPause).status.code(), Code::kNotFound);
  EXPECT_EQ(farm.command("spring", Verb::kRequeue, "pose=sit").status.code(), Code::kInvalid);
  EXPECT_EQ(farm.command("spring", Verb::kRequeue, "", {JobState::kRunning}).status.code(), Code::kInvalid);
  EXPECT_EQ(farm.step(WorkerCommand{1, WorkerId{"nobody"}, WorkerVerb::kDrain}).replies.at(0).status.code(),
            Code::kNotFound);
}

TEST(Verbs, ANameMeansItsNewestRevision) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  farm.submit({.seeds = 1});
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(farm.state("spring#1"), "active");
  EXPECT_EQ(farm.state("spring#2"), "cancelled");
}

}  // namespace
}  // namespace troupe::core
