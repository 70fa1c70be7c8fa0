// Revisions that render only what changed.
#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using nlohmann::json;
using testing::CampaignPlan;
using testing::done;
using testing::FarmDriver;
using testing::leased;

const CampaignPlan kFirst{.seeds = 3, .characters = {"mia", "leo"}};
const CampaignPlan kChanged{.seeds = 3, .characters = {"mia", "leo"}, .prompts = {{"leo", "an old man"}}};

Hello with_pack(const std::string& content) {
  Hello hello = testing::profile(1);
  hello.packs = {PackOffer{"pocket", sha256(content), 4}};
  return hello;
}

// A worker with that pack renders all it gets; how many jobs that were.
std::size_t render_all(FarmDriver& farm, const std::string& pack = "pack", const std::string& name = "w") {
  farm.hello(name, with_pack(pack));
  std::size_t jobs = 0;
  auto tickets = leased(farm.heartbeat(name, 100), name);
  // A pass is bounded: what it left for the next comes with time.
  for (int idle = 0; idle < 20;) {
    if (tickets.empty()) {
      ++idle;
      tickets = leased(farm.heartbeat(name, 100), name);
      continue;
    }
    std::vector<JobResult> results;
    for (const Ticket& ticket : tickets) results.push_back(done(ticket));
    jobs += tickets.size();
    tickets = leased(farm.results(name, results), name);
  }
  farm.say(name, Goodbye{});
  return jobs;
}

std::uint64_t reused(FarmDriver& farm, const std::string& campaign) {
  return campaign_info(farm.farm().state(), campaign, farm.wall())->at("reused").get<std::uint64_t>();
}

TEST(Reuse, AnEqualRevisionIsDoneWithoutALease) {
  FarmDriver farm;
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm), 6u);
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm), 0u);
  EXPECT_EQ(farm.state("spring#2"), "finished");
  EXPECT_EQ(farm.count("spring#2", JobState::kDone), 6u);
  EXPECT_EQ(reused(farm, "spring#2"), 6u);
  farm.restart();
  EXPECT_EQ(reused(farm, "spring#2"), 6u);
}

TEST(Reuse, OnlyWhatChangedIsRendered) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm);
  farm.restart();
  farm.submit(kChanged);
  EXPECT_EQ(render_all(farm), 3u);
  EXPECT_EQ(farm.count("spring#2", JobState::kDone), 6u);
  EXPECT_EQ(reused(farm, "spring#2"), 3u);
  EXPECT_EQ(farm.job("spring#2", "character=mia,seed=1").reason, "reused: an earlier revision rendered it");
  EXPECT_EQ(farm.job("spring#2", "character=leo,seed=1").reason, "");
  // Back to the first: the newest revision has leo otherwise, the one before has him right.
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm), 0u);
  EXPECT_EQ(reused(farm, "spring#3"), 6u);
}

TEST(Reuse, AddressesCountNotIndices) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm);
  farm.submit({.seeds = 4, .characters = {"ada", "leo", "mia"}});
  EXPECT_EQ(render_all(farm), 6u);  // ada's four, and seed 4 of the others
  EXPECT_EQ(reused(farm, "spring#2"), 6u);
}

TEST(Reuse, AnotherPackRendersAll) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm, "pack");
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm, "another pack"), 6u);
  EXPECT_EQ(reused(farm, "spring#2"), 0u);
}

TEST(Reuse, PicturesOfTwoPacksAreNotTakenOver) {
  FarmDriver farm;
  farm.submit(kFirst);
  farm.hello("w", with_pack("pack"));
  const std::vector<Ticket> tickets = leased(farm.heartbeat("w", 1));
  farm.results("w", {done(tickets.at(0))});
  farm.say("w", Goodbye{});
  render_all(farm, "another pack");
  EXPECT_EQ(farm.state("spring#1"), "finished");
  farm.restart();
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm, "another pack"), 6u);
}

TEST(Reuse, NotWithAnewAndNotOfARequeue) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm);
  SubmitCampaign anew{1, testing::resolved(kFirst), "", 0, true, true};
  farm.step(anew);
  farm.restart();
  EXPECT_EQ(render_all(farm), 6u);
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm), 0u);
  farm.command("spring#3", Verb::kRequeue, "character=mia", {JobState::kDone});
  EXPECT_EQ(reused(farm, "spring#3"), 3u);
  EXPECT_EQ(render_all(farm), 3u);
  EXPECT_EQ(farm.state("spring#3"), "finished");
}

TEST(Reuse, NothingOfADeletedRevision) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm);
  farm.submit(kFirst);
  render_all(farm);
  ASSERT_TRUE(farm.command("spring#1", Verb::kDelete).status.ok());
  farm.restart();
  EXPECT_EQ(farm.count("spring#2", JobState::kDone), 6u);
  farm.submit(kFirst);
  EXPECT_EQ(render_all(farm), 0u);  // from revision 2, whose results stay
  EXPECT_EQ(reused(farm, "spring#3"), 6u);
}

TEST(Reuse, HeldCellsWaitEvenWhereTheirResultIsThere) {
  FarmDriver farm;
  farm.submit(kFirst);
  render_all(farm);
  farm.submit(kFirst);
  farm.command("spring#2", Verb::kPause, "seed=1");
  render_all(farm);
  EXPECT_EQ(reused(farm, "spring#2"), 4u);
  EXPECT_EQ(farm.state("spring#2"), "active");
}

TEST(Reuse, ALargeRevisionTakesSeveralPasses) {
  FarmDriver farm;
  farm.submit({.seeds = 1000});
  EXPECT_EQ(render_all(farm), 1000u);
  farm.submit({.seeds = 1000});
  farm.hello("w", with_pack("pack"));
  Effects effects = farm.heartbeat("w", 4);
  int passes = 1;
  for (; farm.state("spring#2") != "finished" && passes < 300; ++passes) effects = farm.pass(Millis(0));
  EXPECT_EQ(reused(farm, "spring#2"), 1000u);
  EXPECT_GT(passes, 1);
}

}  // namespace
}  // namespace troupe::core
