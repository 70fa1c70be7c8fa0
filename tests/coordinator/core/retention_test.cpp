// Campaigns that are over leave by themselves when they are old.
#include <gtest/gtest.h>

#include "coordinator/core/farm_state.h"
#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using nlohmann::json;
using testing::FarmDriver;

constexpr Millis kDay{24 * 3'600'000};

FarmOptions keeping(Millis archive, Millis remove) {
  FarmOptions options;
  options.archive_after = archive;
  options.delete_after = remove;
  return options;
}

// "archived spring#1 retention"
std::vector<std::string> moved(const Effects& effects) {
  std::vector<std::string> lines;
  for (const Edit& edit : effects.edits) {
    const auto* logged = std::get_if<EventLogged>(&edit);
    if (!logged) continue;
    const json detail = json::parse(logged->event.detail_json);
    lines.push_back(logged->event.kind + " " + logged->event.campaign + " " + detail.value("reason", ""));
  }
  return lines;
}

std::size_t listed(FarmDriver& farm) {
  return campaign_list(farm.farm().state(), farm.wall(), false).at("campaigns").size();
}

using Lines = std::vector<std::string>;

TEST(Retention, WhatIsOverIsArchivedAndThenDeleted) {
  FarmDriver farm(keeping(30 * kDay, 90 * kDay));
  farm.submit({.name = "spring", .seeds = 2});
  farm.submit({.name = "autumn", .seeds = 2});
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(moved(farm.pass(29 * kDay)), Lines{});
  farm.restart();
  EXPECT_EQ(moved(farm.pass(kDay)), Lines{"archived spring#1 retention"});
  EXPECT_EQ(listed(farm), 1u) << "the other is not over";
  EXPECT_EQ(moved(farm.pass(59 * kDay)), Lines{});
  EXPECT_EQ(moved(farm.pass(kDay)), Lines{"deleted spring#1 retention"});
  EXPECT_FALSE(find_campaign(farm.farm().state(), "spring").ok());
  EXPECT_EQ(farm.store().load()->campaigns.size(), 1u);
  EXPECT_EQ(farm.state("autumn"), "active");
}

TEST(Retention, NothingGoesByItselfWhereNothingIsSaid) {
  FarmDriver farm;
  farm.submit({.seeds = 2});
  farm.command("spring", Verb::kCancel);
  farm.command("spring", Verb::kArchive);
  EXPECT_EQ(moved(farm.pass(4000 * kDay)), Lines{});
}

TEST(Retention, DeletesWhatWasArchivedByHand) {
  FarmDriver farm(keeping(Millis(0), 90 * kDay));
  for (const char* name : {"spring", "autumn"}) {
    farm.submit({.name = name, .seeds = 2});
    farm.command(name, Verb::kCancel);
  }
  farm.command("spring", Verb::kArchive);
  EXPECT_EQ(moved(farm.pass(91 * kDay)), Lines{"deleted spring#1 retention"});
  EXPECT_EQ(moved(farm.pass(91 * kDay)), Lines{});
  EXPECT_EQ(listed(farm), 1u);
}

TEST(Retention, ACampaignTakenOutOfTheArchiveStaysUntilItIsPutBack) {
  FarmDriver farm(keeping(30 * kDay, 90 * kDay));
  farm.submit({.seeds = 2});
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(moved(farm.pass(31 * kDay)), Lines{"archived spring#1 retention"});
  EXPECT_EQ(json::parse(farm.command("spring", Verb::kUnarchive).json).at("changed"), true);
  EXPECT_EQ(json::parse(farm.command("spring", Verb::kUnarchive).json).at("changed"), false);
  EXPECT_EQ(moved(farm.pass(400 * kDay)), Lines{});
  farm.restart();
  EXPECT_EQ(moved(farm.pass(400 * kDay)), Lines{});
  EXPECT_EQ(json::parse(farm.command("spring", Verb::kArchive).json).at("changed"), true);
  EXPECT_EQ(moved(farm.pass(kDay)), Lines{"deleted spring#1 retention"});
}

TEST(Retention, ARequeueBeginsItsTimeAnew) {
  FarmDriver farm(keeping(30 * kDay, 90 * kDay));
  farm.submit({.seeds = 2});
  farm.command("spring", Verb::kCancel);
  farm.pass(31 * kDay);
  farm.command("spring", Verb::kRequeue);
  EXPECT_EQ(moved(farm.pass(400 * kDay)), Lines{});
  EXPECT_EQ(listed(farm), 1u);
  farm.command("spring", Verb::kCancel);
  EXPECT_EQ(moved(farm.pass(29 * kDay)), Lines{});
  EXPECT_EQ(moved(farm.pass(kDay)), Lines{"archived spring#1 retention"});
}

TEST(Retention, LooksOnceAMinuteAndMovesSoManyAtATime) {
  FarmDriver farm(keeping(kDay, Millis(0)));
  for (int i = 0; i < 100; ++i) {
    farm.submit({.seeds = 1});
    farm.command("spring", Verb::kCancel);
  }
  EXPECT_EQ(moved(farm.pass(kDay)).size(), 64u);
  EXPECT_EQ(moved(farm.pass(Millis(59'000))).size(), 0u);
  EXPECT_EQ(moved(farm.pass(Millis(1000))).size(), 36u);
  EXPECT_EQ(listed(farm), 0u);
}

}  // namespace
}  // namespace troupe::core
