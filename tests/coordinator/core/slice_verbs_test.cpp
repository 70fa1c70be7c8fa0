// Verbs on slices of a campaign while it runs.
#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using nlohmann::json;
using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::leased;
using testing::sent;

json ok(const Reply& reply) {
  EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
  return reply.status.ok() ? json::parse(reply.json) : json();
}

json info(FarmDriver& farm, const std::string& campaign = "spring") {
  return *campaign_info(farm.farm().state(), campaign, farm.wall());
}

Reply prefer(FarmDriver& farm, int priority, const std::string& slice = "", const std::string& campaign = "spring") {
  return farm.step(CampaignCommand{1, campaign, Verb::kPriority, slice, {}, priority}).replies.at(0);
}

// Gives `worker` room for one job after the other and finishes each; the addresses in the order of rendering.
std::vector<std::string> render(FarmDriver& farm, std::size_t most, const std::string& campaign = "spring") {
  std::vector<std::string> order;
  Effects effects = farm.greet("w", 1);
  for (std::vector<Ticket> tickets = leased(effects); !tickets.empty() && order.size() < most;) {
    order.push_back(farm.job(campaign, std::to_string(tickets[0].index)).address);
    tickets = leased(farm.results("w", {done(tickets[0])}));
  }
  return order;
}

TEST(SliceVerbs, APausedSliceWaitsAndTheRestGoesOn) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}});
  const json paused = ok(farm.command("spring", Verb::kPause, "character=mia"));
  EXPECT_EQ(paused.at("cells"), 3);
  EXPECT_EQ(paused.at("held"), 3);
  EXPECT_EQ(render(farm, 10),
            (std::vector<std::string>{"character=leo,seed=1", "character=leo,seed=2", "character=leo,seed=3"}));
  EXPECT_EQ(farm.state("spring"), "active");
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 3u);
  EXPECT_EQ(farm.job("spring", "character=mia,seed=1").reason, "held: its slice is paused");
  farm.restart();
  EXPECT_TRUE(leased(farm.greet("w", 4)).empty());
  EXPECT_EQ(info(farm).at("held"), 3);
  EXPECT_EQ(ok(farm.command("spring", Verb::kResume, "character=mia,seed=2")).at("cells"), 1);
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 1u);
  EXPECT_EQ(ok(farm.command("spring", Verb::kResume)).at("cells"), 2);
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 3u);
  EXPECT_EQ(info(farm).at("orders").at("orders"), json::array());
}

TEST(SliceVerbs, AHeldJobThatCameBackWaitsToo) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  ASSERT_EQ(tickets.size(), 2u);
  ok(farm.command("spring", Verb::kPause, "seed=1"));
  farm.results("w", {failed(tickets[0], Fault::kWorker)});
  farm.results("w", {done(tickets[1])});
  EXPECT_TRUE(leased(farm.pass(Millis(20'000))).empty());
  EXPECT_EQ(info(farm).at("held"), 1);
  const Effects resumed = farm.step(CampaignCommand{1, "spring", Verb::kResume, "seed=1", {}});
  ASSERT_EQ(leased(resumed).size(), 1u);
  EXPECT_EQ(leased(resumed)[0].attempt, 2u);
}

TEST(SliceVerbs, PausingTwiceOrAFinishedCampaignChangesNothing) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  EXPECT_EQ(ok(farm.command("spring", Verb::kPause, "seed=1")).at("changed"), true);
  EXPECT_EQ(ok(farm.command("spring", Verb::kPause, "seed=1")).at("changed"), false);
  EXPECT_EQ(ok(farm.command("spring", Verb::kRelease)).at("changed"), false);
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(ok(farm.command("spring", Verb::kPause, "seed=2")).at("changed"), false);
  EXPECT_EQ(farm.command("spring", Verb::kPause, "moon=2").status.code(), Code::kInvalid);
}

TEST(SliceVerbs, CancelOfASliceEndsWaitingAndGrantedJobsOfIt) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}, .exclude_first = true});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  ASSERT_EQ(tickets.size(), 2u);  // leo 1, mia 2
  const Effects effects = farm.step(CampaignCommand{1, "spring", Verb::kCancel, "character=mia", {}});
  EXPECT_EQ(ok(effects.replies.at(0)).at("cells"), 2);
  ASSERT_EQ(sent<Revoke>(effects).size(), 1u);
  EXPECT_EQ(sent<Revoke>(effects)[0].tickets, std::vector<Ticket>{tickets[1]});
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 2u);
  EXPECT_EQ(farm.state("spring"), "active");
  // A result of the cancelled generation is answered and dropped.
  farm.results("w", {done(tickets[1])});
  EXPECT_EQ(farm.count("spring", JobState::kDone), 0u);
  farm.restart();
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 2u);
  EXPECT_EQ(farm.count("spring", JobState::kWaiting) + farm.count("spring", JobState::kLeased), 3u);
  EXPECT_EQ(ok(farm.command("spring", Verb::kRequeue, "character=mia,seed=2")).at("cells"), 1);
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 1u);
}

TEST(SliceVerbs, CancelOfAllThatIsLeftEndsTheCampaign) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 1));
  farm.results("w", {done(tickets[0])});
  ok(farm.command("spring", Verb::kCancel, "seed=2"));
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(SliceVerbs, PausedAndCancelledCellsAreCountedOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .characters = {"mia", "leo"}});
  farm.greet("w", 1);
  ok(farm.command("spring", Verb::kPause, "seed=2..3"));
  ok(farm.command("spring", Verb::kCancel, "character=mia"));
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 4u);
  EXPECT_EQ(info(farm).at("held"), 2);
  ok(farm.command("spring", Verb::kCancel));
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 8u);
}

TEST(SliceVerbs, ASliceOfTenMillionCellsIsPausedAtOnce) {
  FarmDriver farm;
  farm.submit({.seeds = 5'000'000, .characters = {"mia", "leo"}});
  EXPECT_EQ(ok(farm.command("spring", Verb::kPause, "seed=1..4999999")).at("cells"), 9'999'998);
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  ASSERT_EQ(tickets.size(), 2u);
  EXPECT_EQ(farm.job("spring", std::to_string(tickets[0].index)).address, "character=mia,seed=5000000");
}

TEST(SliceVerbs, ASliceWithAPriorityComesFirstOrLast) {
  FarmDriver farm;
  farm.submit({.seeds = 2, .characters = {"mia", "leo"}});
  EXPECT_EQ(ok(prefer(farm, 5, "character=leo")).at("cells"), 2);
  ok(prefer(farm, -5, "character=mia,seed=1"));
  EXPECT_EQ(render(farm, 10), (std::vector<std::string>{"character=leo,seed=1", "character=leo,seed=2",
                                                        "character=mia,seed=2", "character=mia,seed=1"}));
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(SliceVerbs, APriorityOfTheWholeMovesItAmongCampaigns) {
  FarmDriver farm;
  farm.submit({.name = "spring", .seeds = 2});
  farm.submit({.name = "autumn", .seeds = 2});
  ok(prefer(farm, 3, "", "autumn"));
  EXPECT_EQ(info(farm, "autumn").at("priority"), 3);
  farm.restart();
  EXPECT_EQ(info(farm, "autumn").at("priority"), 3);
  const std::vector<Ticket> tickets = leased(farm.greet("w", 1));
  ASSERT_EQ(tickets.size(), 1u);
  EXPECT_EQ(tickets[0].campaign, CampaignId{2});
  EXPECT_EQ(prefer(farm, 100'000).status.code(), Code::kInvalid);
}

TEST(SliceVerbs, ASampleRunsAndTheRestWaitsForARelease) {
  FarmDriver farm;
  SubmitCampaign submit{1, testing::resolved({.seeds = 5, .characters = {"mia", "leo"}}), "", 2};
  const json submitted = ok(farm.step(submit).replies.at(0));
  EXPECT_EQ(submitted.at("cells"), 10);
  EXPECT_EQ(submitted.at("held"), 8);
  EXPECT_EQ(render(farm, 10), (std::vector<std::string>{"character=mia,seed=1", "character=leo,seed=1"}));
  farm.restart();
  EXPECT_TRUE(leased(farm.greet("w", 20)).empty());
  EXPECT_EQ(ok(farm.command("spring", Verb::kRelease, "seed=2")).at("cells"), 2);
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 2u);
  EXPECT_EQ(ok(farm.command("spring", Verb::kRelease)).at("cells"), 6);
  EXPECT_EQ(farm.count("spring", JobState::kLeased), 8u);
}

TEST(SliceVerbs, ASampleThatIsTooLargeIsRefused) {
  FarmDriver farm;
  SubmitCampaign submit{1, testing::resolved({.seeds = 5'000'000}), "", 1'000'000};
  EXPECT_EQ(farm.step(submit).replies.at(0).status.code(), Code::kInvalid);
}

TEST(SliceVerbs, OnlyWhatIsOverIsArchivedOrDeleted) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  EXPECT_EQ(farm.command("spring", Verb::kArchive).status.code(), Code::kInvalid);
  EXPECT_EQ(farm.command("spring", Verb::kDelete).status.code(), Code::kInvalid);
  farm.command("spring", Verb::kCancel);
  ok(farm.command("spring", Verb::kArchive));
  farm.restart();
  EXPECT_TRUE(campaign_list(farm.farm().state(), farm.wall(), false).at("campaigns").empty());
  EXPECT_EQ(campaign_list(farm.farm().state(), farm.wall(), true).at("campaigns").size(), 1u);
  ok(farm.command("spring", Verb::kUnarchive));
  EXPECT_EQ(campaign_list(farm.farm().state(), farm.wall(), false).at("campaigns").size(), 1u);
}

TEST(SliceVerbs, ADeletedCampaignIsGone) {
  FarmDriver farm;
  farm.submit({.seeds = 2}, "key");
  const std::vector<Ticket> tickets = leased(farm.greet("w", 1));
  farm.command("spring", Verb::kPause, "seed=2");
  farm.command("spring", Verb::kCancel);
  ok(farm.command("spring", Verb::kDelete));
  EXPECT_EQ(farm.command("spring", Verb::kDelete).status.code(), Code::kNotFound);
  // What comes late is answered, so that the worker forgets it.
  EXPECT_EQ(testing::acked(farm.results("w", {done(tickets[0])})).size(), 1u);
  farm.restart();
  EXPECT_EQ(farm.command("spring", Verb::kPause).status.code(), Code::kNotFound);
  const auto stored = farm.store().load();
  ASSERT_TRUE(stored.ok());
  EXPECT_TRUE(stored->campaigns.empty());
  EXPECT_FALSE(stored->facts.contains({"orders", "1"}));
  EXPECT_FALSE(stored->facts.contains({"effort", "1"}));
  EXPECT_EQ(farm.submit({.seeds = 2}, "key"), "spring#2") << "what is called spring#1 elsewhere is another";
}

TEST(SliceVerbs, ARequeueBeginsASpentBudgetAnew) {
  FarmDriver farm;
  json manifest = json::parse(testing::resolved_json({.seeds = 6}));
  manifest["limits"]["hours"] = 0.001;  // 3.6 seconds; a picture takes two
  ok(farm.step(SubmitCampaign{1, manifest::Manifest::from_resolved(manifest.dump()).value(), ""}).replies.at(0));
  EXPECT_EQ(render(farm, 10).size(), 2u);
  EXPECT_EQ(farm.state("spring"), "failed");
  const Effects again = farm.step(CampaignCommand{1, "spring", Verb::kRequeue, "", {}});
  EXPECT_EQ(ok(again.replies.at(0)).at("cells"), 4);
  EXPECT_EQ(info(farm).at("spent_seconds"), 0);
  EXPECT_EQ(info(farm).at("limit_seconds"), 3.6);
  ASSERT_FALSE(leased(again).empty());
  farm.results("w", {done(leased(again)[0])});
  EXPECT_EQ(farm.count("spring", JobState::kDone), 3u);
  EXPECT_EQ(farm.state("spring"), "active");
}

TEST(SliceVerbs, EachLeavesALineInTheEventLog) {
  FarmDriver farm;
  farm.submit({.seeds = 4});
  const auto kinds = [&](Verb verb, const std::string& slice) {
    std::vector<std::string> found;
    for (const Edit& edit : farm.step(CampaignCommand{1, "spring", verb, slice, {}}).edits) {
      if (const auto* logged = std::get_if<EventLogged>(&edit)) found.push_back(logged->event.kind);
    }
    return found;
  };
  EXPECT_EQ(kinds(Verb::kPause, "seed=1"), std::vector<std::string>{"paused"});
  EXPECT_EQ(kinds(Verb::kPause, "seed=1"), std::vector<std::string>{});
  EXPECT_EQ(kinds(Verb::kResume, "seed=1"), std::vector<std::string>{"resumed"});
  EXPECT_EQ(kinds(Verb::kCancel, "seed=1"), std::vector<std::string>{"cancelled"});
  EXPECT_EQ(kinds(Verb::kRequeue, "seed=1"), std::vector<std::string>{"requeued"});
  EXPECT_EQ(kinds(Verb::kCancel, ""), (std::vector<std::string>{"finished", "cancelled"}));
  EXPECT_EQ(kinds(Verb::kArchive, ""), std::vector<std::string>{"archived"});
  EXPECT_EQ(kinds(Verb::kDelete, ""), std::vector<std::string>{"deleted"});
}

}  // namespace
}  // namespace troupe::core
