#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::CampaignPlan;
using testing::FarmDriver;

TEST(Submit, AnswersWithTheCampaign) {
  FarmDriver farm;
  const Effects effects = farm.step(SubmitCampaign{9, testing::resolved({.name = "spring", .seeds = 5}), ""});
  ASSERT_EQ(effects.replies.size(), 1u);
  EXPECT_EQ(effects.replies[0].request, 9u);
  const auto answer = nlohmann::json::parse(effects.replies[0].json);
  EXPECT_EQ(answer.at("schema"), 1);
  EXPECT_EQ(answer.at("campaign"), "spring#1");
  EXPECT_EQ(answer.at("name"), "spring");
  EXPECT_EQ(answer.at("revision"), 1);
  EXPECT_EQ(answer.at("cells"), 5);
}

TEST(Submit, TheSameKeySubmitsOnce) {
  FarmDriver farm;
  EXPECT_EQ(farm.submit({.name = "spring"}, "k"), "spring#1");
  EXPECT_EQ(farm.submit({.name = "spring"}, "k"), "spring#1");
  farm.restart();
  EXPECT_EQ(farm.submit({.name = "spring"}, "k"), "spring#1");
  EXPECT_EQ(farm.submit({.name = "spring"}, "other"), "spring#2");
}

// Without --again, which FarmDriver::submit gives.
TEST(Submit, AnEqualManifestThatIsBeingRenderedMakesNoSecondCampaign) {
  FarmDriver farm;
  const SubmitCampaign submit{1, testing::resolved({.name = "spring"}), "one"};
  EXPECT_EQ(nlohmann::json::parse(farm.step(submit).replies.at(0).json).at("existing"), false);
  const SubmitCampaign other{2, submit.manifest, "two"};
  const auto answer = nlohmann::json::parse(farm.step(other).replies.at(0).json);
  EXPECT_EQ(answer.at("existing"), true);
  EXPECT_EQ(answer.at("campaign"), "spring#1");
  const SubmitCampaign changed{3, testing::resolved({.name = "spring", .seeds = 7}), "three"};
  EXPECT_EQ(nlohmann::json::parse(farm.step(changed).replies.at(0).json).at("campaign"), "spring#2");
  farm.command("spring#2", Verb::kCancel);
  const SubmitCampaign after{4, changed.manifest, "four"};
  EXPECT_EQ(nlohmann::json::parse(farm.step(after).replies.at(0).json).at("campaign"), "spring#3");
}

TEST(Submit, AKeyBelongsToOneManifest) {
  FarmDriver farm;
  farm.submit({.name = "spring"}, "k");
  const Effects effects = farm.step(SubmitCampaign{1, testing::resolved({.name = "autumn"}), "k"});
  EXPECT_EQ(effects.replies.at(0).status.code(), Code::kAlreadyExists);
  EXPECT_TRUE(effects.edits.empty());
}

TEST(Submit, TenMillionCellsCostTwoEdits) {
  FarmDriver farm;
  const Effects effects = farm.step(SubmitCampaign{1, testing::resolved({.seeds = 10'000'000}), ""});
  ASSERT_TRUE(effects.replies.at(0).status.ok());
  EXPECT_EQ(effects.edits.size(), 2u);  // and its line in the event log
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 10'000'000u);
}

}  // namespace
}  // namespace troupe::core
