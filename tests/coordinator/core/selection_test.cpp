// `select`: which cells of a group are kept, and when that is decided.
#include <gtest/gtest.h>

#include "coordinator/core/farm_state.h"
#include "coordinator/core/scores.h"
#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::leased;

JobResult scored(const Ticket& ticket, double sharpness) {
  JobResult result = done(ticket);
  result.metadata_json = "{\"gates\": {\"sharpness\": " + std::to_string(sharpness) + "}}";
  return result;
}

std::vector<JobIndex> kept(FarmDriver& farm, const std::string& slice = "") {
  JobQuery query;
  query.slice = slice;
  query.kept = true;
  const auto page = list_jobs(farm.farm().state(), CampaignId{1}, query);
  EXPECT_TRUE(page.ok());
  std::vector<JobIndex> indices;
  for (const JobRow& row : page->rows) {
    EXPECT_EQ(row.kept, true);
    indices.push_back(row.index);
  }
  return indices;
}

TEST(Selection, GroupsRunOneAfterTheOther) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .characters = {"mia", "leo"}, .select = 1});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 6));
  ASSERT_EQ(tickets.size(), 6u);
  for (JobIndex index = 0; index < 6; ++index) EXPECT_EQ(tickets[index].index, index) << "all seeds of mia first";
}

TEST(Selection, TheBestAreKeptOnceAllAreOver) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .characters = {"mia", "leo"}, .select = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 8));
  ASSERT_EQ(tickets.size(), 8u);
  farm.results("w", {scored(tickets[0], 0.5), scored(tickets[1], 0.75), scored(tickets[2], 0.25)});
  EXPECT_TRUE(kept(farm).empty()) << "seed 4 is not there yet";
  EXPECT_EQ(farm.job("spring", "1").kept, std::nullopt);

  farm.results("w", {scored(tickets[3], 0.5)});
  EXPECT_EQ(kept(farm), (std::vector<JobIndex>{0, 1})) << "of the equal ones the lower index";
  EXPECT_EQ(farm.job("spring", "2").kept, false);
  EXPECT_EQ(farm.job("spring", "1").score, 0.75);
  EXPECT_EQ(farm.job("spring", "4").kept, std::nullopt) << "leo's group is open";
  EXPECT_TRUE(kept(farm, "character=leo").empty());
}

TEST(Selection, OnlyDonePicturesAreKeptAndThoseWithoutAScoreLast) {
  FarmDriver farm;
  farm.submit({.seeds = 5, .select = 3});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 5));
  JobResult rejected = scored(tickets[0], 9);
  rejected.outcome = Outcome::kRejected;
  farm.results(
      "w", {rejected, failed(tickets[1], Fault::kInput), done(tickets[2]), done(tickets[3]), scored(tickets[4], -3)});
  EXPECT_EQ(kept(farm), (std::vector<JobIndex>{2, 3, 4}));
  EXPECT_EQ(farm.job("spring", "0").kept, false);
  EXPECT_EQ(farm.job("spring", "0").score, std::nullopt);
}

TEST(Selection, IsTheSameAfterARestart) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .select = 1});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 3));
  farm.results("w", {scored(tickets[0], 1), scored(tickets[1], 3)});
  farm.restart();
  farm.greet("w", 3);
  farm.results("w", {scored(tickets[2], 2)});
  EXPECT_EQ(kept(farm), std::vector<JobIndex>{1});
  farm.restart();
  EXPECT_EQ(kept(farm), std::vector<JobIndex>{1});
}

TEST(Selection, ARequeueOpensTheGroupAgain) {
  FarmDriver farm;
  farm.submit({.seeds = 2, .select = 1});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  farm.results("w", {scored(tickets[0], 1), scored(tickets[1], 3)});
  ASSERT_EQ(kept(farm), std::vector<JobIndex>{1});
  farm.command("spring", Verb::kRequeue, "seed=2", {JobState::kDone});
  EXPECT_TRUE(kept(farm).empty());
  farm.heartbeat("w", 2);
  farm.results("w", {scored({CampaignId{1}, 1, 1, 1}, 0.5)});
  EXPECT_EQ(kept(farm), std::vector<JobIndex>{0});
}

TEST(Selection, ACancelClosesGroups) {
  FarmDriver farm;
  farm.submit({.seeds = 3, .exclude_first = true, .select = 1});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 1));
  farm.results("w", {scored(tickets[0], 1)});
  EXPECT_TRUE(kept(farm).empty());
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(kept(farm), std::vector<JobIndex>{1});
}

TEST(Selection, WithoutItNothingIsLeftOut) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  JobQuery query;
  query.kept = true;
  const auto page = list_jobs(farm.farm().state(), CampaignId{1}, query);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].kept, std::nullopt);
}

TEST(Selection, StagesAreCounted) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  JobResult first = done(tickets[0]), second = done(tickets[1]);
  first.timings = {{"generate", 2, false}, {"upscale", 1, false}};
  second.timings = {{"generate", 0, true}, {"upscale", 0.5, false}};
  farm.results("w", {first, second});
  const auto& stages = farm.farm().state().stages;
  EXPECT_EQ(stages.at("generate").runs, 1u);
  EXPECT_EQ(stages.at("generate").reused, 1u);
  EXPECT_EQ(stages.at("upscale").runs, 2u);
  EXPECT_EQ(stages.at("upscale").seconds, 1.5);
}

TEST(Scores, TakesNothingButFiniteNumbers) {
  EXPECT_EQ(score_in(R"({"gates": {"identity": 0.5}})", "identity"), 0.5);
  EXPECT_EQ(score_in(R"({"gates": {"identity": 1}})", "identity"), 1.0);
  for (const char* text : {"", "[", "[]", "{}", R"({"gates": []})", R"({"gates": {"identity": "0.5"}})",
                           R"({"gates": {"identity": 1e999}})", R"({"gates": {"sharpness": 1}})"}) {
    EXPECT_EQ(score_in(text, "identity"), std::nullopt) << text;
  }
}

TEST(Scores, AreForgotten) {
  Scores scores;
  scores.set(1000, 2);
  EXPECT_EQ(scores.find(1000), 2.0);
  EXPECT_EQ(scores.find(1001), std::nullopt);
  scores.set(1000, std::nullopt);
  EXPECT_EQ(scores.find(1000), std::nullopt);
  scores.set(5, std::nullopt);
  EXPECT_EQ(scores.find(5), std::nullopt);
}

}  // namespace
}  // namespace troupe::core
