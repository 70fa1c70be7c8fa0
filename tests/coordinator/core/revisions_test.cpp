// No revision's number is given twice.
#include "coordinator/core/revisions.h"

#include <gtest/gtest.h>

#include "coordinator/core/farm_state.h"
#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::FarmDriver;

std::map<std::string, std::string> facts_of(FarmDriver& farm) {
  std::map<std::string, std::string> facts;
  const Snapshot stored = *farm.store().load();
  for (const auto& [name, text] : stored.facts) {
    if (name.first == "revision") facts[name.second] = text;
  }
  return facts;
}

void remove(FarmDriver& farm, const std::string& campaign) {
  EXPECT_TRUE(farm.command(campaign, Verb::kCancel).status.ok());
  EXPECT_TRUE(farm.command(campaign, Verb::kDelete).status.ok());
}

using Facts = std::map<std::string, std::string>;

TEST(Revisions, TheNumberOfADeletedCampaignIsNotGivenAgain) {
  FarmDriver farm;
  EXPECT_EQ(farm.submit({.seeds = 1}), "spring#1");
  EXPECT_EQ(farm.submit({.seeds = 1}), "spring#2");
  EXPECT_EQ(farm.submit({.seeds = 1}), "spring#3");
  EXPECT_EQ(facts_of(farm), Facts{}) << "its newest revision is there";
  remove(farm, "spring#3");
  remove(farm, "spring#2");
  EXPECT_EQ(facts_of(farm), (Facts{{"spring", "3"}}));
  farm.restart();
  EXPECT_EQ(farm.submit({.name = "autumn", .seeds = 1}), "autumn#1");
  EXPECT_EQ(farm.submit({.seeds = 1}), "spring#4");
  EXPECT_EQ(facts_of(farm), Facts{});
  remove(farm, "spring#1");
  EXPECT_EQ(facts_of(farm), Facts{}) << "a newer one is there";
  remove(farm, "spring#4");
  farm.restart();
  remove(farm, "autumn");
  EXPECT_EQ(facts_of(farm), (Facts{{"autumn", "1"}, {"spring", "4"}}));
  EXPECT_EQ(farm.submit({.seeds = 1}), "spring#5");
}

TEST(Revisions, ACampaignThatCannotBeReadKeepsItsNumber) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  Snapshot stored = *farm.store().load();
  stored.campaigns.at(0).manifest_json = "{}";
  Farm other({}, Epoch{9}, stored, farm.now(), farm.wall());
  const Effects effects =
      other.step(SubmitCampaign{1, testing::resolved({.seeds = 1}), "", 0, true, false}, farm.now(), farm.wall());
  EXPECT_EQ(nlohmann::json::parse(effects.replies.at(0).json).at("campaign"), "spring#2");
}

TEST(Revisions, OfTooManyNamesTheLowestNumbersBecomeOneFloor) {
  Revisions revisions;
  std::map<std::pair<std::string, std::string>, std::string> stored;
  const auto remember = [&](const std::string& name, std::uint32_t revision) {
    for (const FactStored& fact : revisions.gone(name, revision, 2)) {
      if (fact.json.empty()) {
        stored.erase({fact.kind, fact.key});
      } else {
        stored[{fact.kind, fact.key}] = fact.json;
      }
    }
  };
  remember("a", 2);
  remember("b", 7);
  EXPECT_EQ(revisions.next("c", 0), 1u);
  remember("c", 1);
  EXPECT_EQ(stored.size(), 3u) << "two names and the floor";
  remember("d", 5);
  Revisions again;
  again.restore(stored);
  EXPECT_EQ(again, revisions);
  EXPECT_EQ(again.next("a", 0), 3u);
  EXPECT_EQ(again.next("a", 1), 3u) << "an older revision of it is there";
  EXPECT_EQ(again.next("b", 0), 8u);
  EXPECT_EQ(again.next("d", 9), 10u);
  EXPECT_EQ(again.next("new", 0), 3u);
}

}  // namespace
}  // namespace troupe::core
