#include "coordinator/core/views.h"

#include <gtest/gtest.h>

#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::done;
using testing::FarmDriver;
using testing::leased;

TEST(Views, CampaignInfoHasAllThatItPromises) {
  FarmDriver farm;
  farm.submit({.seeds = 4});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  farm.results("w", {done(tickets[0])});
  const auto info = campaign_info(farm.farm().state(), "spring", farm.wall());
  ASSERT_TRUE(info.ok());
  for (const char* key : {"schema", "name", "revision", "state", "cells", "counts", "seconds_per_job", "submitted",
                          "started", "finished", "eta", "eta_seconds"}) {
    EXPECT_TRUE(info->contains(key)) << key;
  }
  EXPECT_EQ(info->at("counts").size(), kJobStates);
  EXPECT_EQ(info->at("seconds_per_job"), 2.0);
  EXPECT_EQ(info->at("eta_seconds"), 6.0);
  EXPECT_TRUE(info->at("finished").is_null());
  EXPECT_EQ(info->at("submitted").get<std::string>().back(), 'Z');
}

TEST(Views, AnUnknownCampaignNamesThoseThereAre) {
  FarmDriver farm;
  farm.submit({.name = "spring"});
  const Status status = campaign_info(farm.farm().state(), "sprong", farm.wall()).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("spring#1"), std::string::npos);
}

TEST(Views, JobsAreListedInPages) {
  FarmDriver farm;
  farm.submit({.seeds = 10, .characters = {"mia", "leo"}, .exclude_first = true});
  JobQuery query;
  query.limit = 8;
  std::vector<JobIndex> seen;
  for (;;) {
    const auto page = list_jobs(farm.farm().state(), CampaignId{1}, query);
    ASSERT_TRUE(page.ok());
    for (const JobRow& row : page->rows) seen.push_back(row.index);
    if (!page->more) break;
    query.after = page->next;
  }
  ASSERT_EQ(seen.size(), 19u);
  EXPECT_EQ(seen.front(), 1u);
  EXPECT_EQ(seen.back(), 19u);
}

TEST(Views, JobsAreChosenBySliceAndState) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .characters = {"mia", "leo"}});
  const Ticket ticket = leased(farm.greet("w", 1)).at(0);
  farm.results("w", {done(ticket)});
  JobQuery query;
  query.slice = "seed=1";
  query.states = {JobState::kDone};
  const auto page = list_jobs(farm.farm().state(), CampaignId{1}, query);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].address, "character=mia,seed=1");
  query.slice = "pose=sit";
  EXPECT_EQ(list_jobs(farm.farm().state(), CampaignId{1}, query).status().code(), Code::kInvalid);
}

TEST(Views, AHugeCampaignIsListedInBoundedCalls) {
  FarmDriver farm;
  farm.submit({.seeds = 10'000'000});
  JobQuery query;
  query.states = {JobState::kDone};
  const auto page = list_jobs(farm.farm().state(), CampaignId{1}, query);
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->rows.empty());
  EXPECT_TRUE(page->more);
  EXPECT_GT(page->next, 0u);
}

TEST(Views, AJobIsFoundByIndexAndByAddress) {
  FarmDriver farm;
  farm.submit({.seeds = 4, .characters = {"mia", "leo"}});
  EXPECT_EQ(farm.job("spring", "seed=2,character=leo").index, 5u);
  EXPECT_EQ(farm.job("spring", "5").address, "character=leo,seed=2");
}

}  // namespace
}  // namespace troupe::core
