// Who is told that a campaign ended.
#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using nlohmann::json;
using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::leased;

constexpr char kHook[] = R"({"command": ["tell", "me"]})";

// What a tick after a second hands the server.
std::vector<Notification> due(FarmDriver& farm, Millis later = Millis(1000)) {
  return farm.pass(later).notifications;
}

void finish(FarmDriver& farm, bool well) {
  for (const Ticket& ticket : leased(farm.greet("w", 4))) {
    farm.results("w", {well ? done(ticket) : failed(ticket, Fault::kInput)});
  }
  farm.say("w", Goodbye{});
}

TEST(Notify, AFinishedCampaignIsTold) {
  FarmDriver farm;
  farm.submit({.seeds = 2, .notify = R"({"webhook": "http://localhost:9/x"})"});
  EXPECT_TRUE(due(farm).empty());
  finish(farm, true);
  const std::vector<Notification> told = due(farm);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].webhook, "http://localhost:9/x");
  const json body = json::parse(told[0].body);
  EXPECT_EQ(body.at("event"), "finished");
  EXPECT_EQ(body.at("campaign"), "spring#1");
  EXPECT_EQ(body.at("counts").at("done"), 2);
  EXPECT_NE(body.at("text").get<std::string>().find("2 of 2 pictures done"), std::string::npos);
  EXPECT_TRUE(due(farm).empty());  // it is on its way
  farm.step(NotificationTried{told[0].id, {}});
  farm.restart();
  EXPECT_TRUE(due(farm).empty());
}

TEST(Notify, TriesAgainWithGrowingWaitsAndOverRestarts) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .notify = kHook});
  finish(farm, true);
  const Notification first = due(farm).at(0);
  EXPECT_EQ(first.command, (std::vector<std::string>{"tell", "me"}));
  farm.step(NotificationTried{first.id, Status(Code::kUnavailable, "nobody there")});
  EXPECT_TRUE(due(farm, Millis(1000)).empty());
  EXPECT_EQ(due(farm, Millis(5000)).size(), 1u);
  farm.restart();  // the server may have been about to say that it was delivered: it is told again
  const std::vector<Notification> again = due(farm);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].body, first.body);
}

TEST(Notify, GivesUpInTheEnd) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .notify = kHook});
  finish(farm, true);
  int tries = 0;
  for (; tries < 100; ++tries) {
    const std::vector<Notification> told = due(farm, Millis(1'000'000));
    if (told.empty()) break;
    farm.step(NotificationTried{told.at(0).id, Status(Code::kUnavailable, "nobody there")});
  }
  EXPECT_EQ(tries, 20);
  EXPECT_TRUE(farm.store().load()->facts.lower_bound({"notify", ""}) == farm.store().load()->facts.end() ||
              farm.store().load()->facts.lower_bound({"notify", ""})->first.first != "notify");
}

TEST(Notify, OnlyOfTheEndingsThatAreWanted) {
  FarmDriver farm;
  farm.submit({.name = "a", .seeds = 1, .notify = R"({"command": ["x"], "on": ["failed"]})"});
  finish(farm, true);
  EXPECT_TRUE(due(farm).empty());
  farm.submit({.name = "b", .seeds = 1, .notify = R"({"command": ["x"], "on": ["failed"]})"});
  finish(farm, false);
  const std::vector<Notification> told = due(farm);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(json::parse(told[0].body).at("event"), "failed");
}

TEST(Notify, ACancelledCampaignTellsNobody) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .notify = kHook});
  farm.command("spring", Verb::kCancel);
  EXPECT_TRUE(due(farm).empty());
}

}  // namespace
}  // namespace troupe::core
