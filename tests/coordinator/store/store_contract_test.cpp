// What every store promises, tried on each of them.
#include <gtest/gtest.h>

#include <functional>

#include "coordinator/store/apply.h"
#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/store_contract.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

TEST_P(StoreContract, BeginsEmpty) {
  EXPECT_EQ(loaded(), core::Snapshot());
}

TEST_P(StoreContract, KeepsWhatACampaignIs) {
  core::CampaignAdded added = campaign_added(3, 1'000'000'000);
  added.row.name = "d\xc3\xa9j\xc3\xa0 vu";
  added.row.started = 5;
  ASSERT_TRUE(commit({added}).ok());
  reopen();
  const core::Snapshot snapshot = loaded();
  ASSERT_EQ(snapshot.campaigns.size(), 1u);
  EXPECT_EQ(snapshot.campaigns[0].row, added.row);
  EXPECT_EQ(snapshot.campaigns[0].manifest_json, added.manifest_json);
  EXPECT_EQ(snapshot.last_campaign, 3u);
}

TEST_P(StoreContract, KeepsGrantsUntilTheyEnd) {
  ASSERT_TRUE(commit({campaign_added(1), core::JobsGranted{{grant(1, 9, 4), grant(1, 2, 4)}}}).ok());
  ASSERT_TRUE(commit({core::JobReturned{CampaignId{1}, 2, 1002, 1, 1, 99, "engine died"}}).ok());
  reopen();
  const core::Snapshot snapshot = loaded();
  EXPECT_EQ(snapshot.last_lease, 4u);
  EXPECT_EQ(snapshot.campaigns[0].grants, std::vector{grant(1, 9, 4)});
  EXPECT_EQ(snapshot.campaigns[0].retries.at(2), (core::RetryRow{1, 1, 99, "engine died"}));
}

TEST_P(StoreContract, FailuresOutliveTheNextTry) {
  ASSERT_TRUE(commit({campaign_added(1), core::JobReturned{CampaignId{1}, 2, 1002, 1, 2, 99, "engine died"},
                      core::JobsGranted{{grant(1, 2, 5)}}})
                  .ok());
  reopen();
  const core::Snapshot snapshot = loaded();
  EXPECT_EQ(snapshot.campaigns[0].grants.size(), 1u);
  EXPECT_EQ(snapshot.campaigns[0].retries.at(2).failures, 2u);
}

TEST_P(StoreContract, AResultEndsItsCell) {
  ASSERT_TRUE(commit({campaign_added(1), core::JobReturned{CampaignId{1}, 2, 1002, 1, 1, 99, "engine died"},
                      core::JobsGranted{{grant(1, 2)}}, result(1, 2), result(1, 3, Outcome::kFailed),
                      result(1, 4, Outcome::kRejected)})
                  .ok());
  reopen();
  const core::CampaignSnapshot campaign = loaded().campaigns.at(0);
  EXPECT_EQ(campaign.done, core::IntervalSet(2, 3));
  EXPECT_EQ(campaign.failed, core::IntervalSet(3, 4));
  EXPECT_EQ(campaign.rejected, core::IntervalSet(4, 5));
  EXPECT_TRUE(campaign.grants.empty());
  EXPECT_TRUE(campaign.retries.empty());
}

TEST_P(StoreContract, ScoresAreOfThePresentResults) {
  core::ResultCommitted scored = result(1, 2), other = result(1, 3);
  scored.score = 0.123456789012345678;
  other.score = -1;
  ASSERT_TRUE(commit({campaign_added(1), scored, other, result(1, 4)}).ok());
  reopen();
  EXPECT_EQ(loaded().campaigns[0].scores, (std::map<Rank, double>{{2, 0.123456789012345678}, {3, -1}}));
  ASSERT_TRUE(commit({core::CellsRequeued{CampaignId{1}, core::IntervalSet(3, 4)}}).ok());
  reopen();
  EXPECT_EQ(loaded().campaigns[0].scores.size(), 1u);
  ASSERT_TRUE(commit({result(1, 3, Outcome::kDone, 1)}).ok());
  reopen();
  EXPECT_EQ(loaded().campaigns[0].scores.size(), 1u) << "the new result has none";
}

TEST_P(StoreContract, GivesResultsBackWhole) {
  const core::ResultCommitted done = result(1, 2), failed = result(1, 5, Outcome::kFailed);
  ASSERT_TRUE(commit({campaign_added(1), campaign_added(2), done, failed}).ok());
  reopen();
  const auto rows = read(1, {5, 3, 2});
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_TRUE(rows[0] && rows[2]);
  EXPECT_FALSE(rows[1]);
  EXPECT_EQ(*rows[0], (ResultRow{5, failed.result, failed.worker, failed.finished}));
  EXPECT_EQ(*rows[2], (ResultRow{2, done.result, done.worker, done.finished}));
  EXPECT_FALSE(read(2, {2})[0]);
}

TEST_P(StoreContract, AReaderSeesWhatIsCommittedLater) {
  ASSERT_TRUE(commit({campaign_added(1)}).ok());
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE(commit({result(1, 2)}).ok());
  const Rank ranks[] = {2};
  auto rows = (*reader)->results_by_rank(CampaignId{1}, ranks);
  ASSERT_TRUE(rows.ok());
  EXPECT_TRUE((*rows)[0]);
}

TEST_P(StoreContract, ARequeuedCellKeepsItsResultUntilTheNext) {
  ASSERT_TRUE(commit({campaign_added(1), result(1, 2)}).ok());
  ASSERT_TRUE(commit({core::CellsRequeued{CampaignId{1}, core::IntervalSet(0, 5)}}).ok());
  reopen();
  EXPECT_TRUE(loaded().campaigns[0].done.empty());
  EXPECT_TRUE(read(1, {2})[0]);
  const core::ResultCommitted second = result(1, 2, Outcome::kRejected, 1);
  ASSERT_TRUE(commit({second}).ok());
  reopen();
  EXPECT_EQ(loaded().campaigns[0].rejected, core::IntervalSet(2, 3));
  EXPECT_EQ(read(1, {2})[0]->result, second.result);
}

TEST_P(StoreContract, GenerationsAreRunsOfCells) {
  ASSERT_TRUE(commit({campaign_added(1), core::CellsCancelled{CampaignId{1}, core::IntervalSet(10, 20)},
                      core::CellsRequeued{CampaignId{1}, core::IntervalSet(15, 30)},
                      core::CellsRequeued{CampaignId{1}, core::IntervalSet(0, 5)}})
                  .ok());
  reopen();
  const core::CampaignSnapshot campaign = loaded().campaigns.at(0);
  using Run = core::CampaignSnapshot::Generation;
  EXPECT_EQ(campaign.generations, (std::vector<Run>{{0, 5, 1}, {10, 15, 1}, {15, 20, 2}, {20, 30, 1}}));
  EXPECT_EQ(campaign.cancelled, core::IntervalSet(10, 15));
}

TEST_P(StoreContract, RefusesASecondResultOfAGeneration) {
  ASSERT_TRUE(commit({campaign_added(1), result(1, 2)}).ok());
  EXPECT_EQ(commit({result(1, 2, Outcome::kFailed)}).code(), Code::kInternal);
  reopen();
  EXPECT_EQ(loaded().campaigns[0].done, core::IntervalSet(2, 3));
  EXPECT_EQ(read(1, {2})[0]->result.outcome, Outcome::kDone);
}

TEST_P(StoreContract, RefusesAResultOfAnotherGeneration) {
  ASSERT_TRUE(commit({campaign_added(1), core::CellsRequeued{CampaignId{1}, core::IntervalSet(2, 3)},
                      core::CellsCancelled{CampaignId{1}, core::IntervalSet(4, 5)}})
                  .ok());
  EXPECT_EQ(commit({result(1, 2)}).code(), Code::kInternal);
  EXPECT_EQ(commit({result(1, 4)}).code(), Code::kInternal);
  EXPECT_EQ(commit({result(1, 4, Outcome::kDone, 1)}).code(), Code::kInternal);
  EXPECT_TRUE(commit({result(1, 2, Outcome::kDone, 1)}).ok());
}

TEST_P(StoreContract, ACommitIsAllOrNothing) {
  ASSERT_TRUE(commit({campaign_added(1), core::EpochStarted{Epoch{1}}}).ok());
  const core::Snapshot before = loaded();
  const std::vector<core::Edit> wrong[] = {
      {core::EpochStarted{Epoch{2}}, result(1, 2), core::JobsGranted{{grant(9, 1)}}},
      {core::JobsGranted{{grant(1, 1)}}, campaign_added(1)},
      {campaign_added(2), result(1, 2), core::CampaignChanged{campaign_row(7)}},
      {core::CellsCancelled{CampaignId{1}, core::IntervalSet(0, 9)},
       core::JobReturned{CampaignId{8}, 1, 1, 1, 1, 0, ""}},
      {core::EpochStarted{Epoch{2}}, result(8, 1)},
      {core::EpochStarted{Epoch{2}}, core::CellsRequeued{CampaignId{8}, {}}},
      {core::FactStored{"usage", "acme", "1"}, event(1), event(1)},
      {event(1), core::CampaignDeleted{CampaignId{1}}, core::CampaignDeleted{CampaignId{1}}},
      {result(1, 2), reused(1, 3, 1, 2), reused(1, 3, 1, 2)},
  };
  for (const auto& edits : wrong) {
    EXPECT_EQ(store_->commit(edits).code(), Code::kInternal);
    EXPECT_EQ(loaded(), before);
  }
  EXPECT_FALSE(read(1, {2})[0]);
  ASSERT_TRUE(commit({result(1, 2)}).ok());
  reopen();
  EXPECT_EQ(loaded().campaigns[0].done.size(), 1u);
}

TEST_P(StoreContract, RandomHistoriesLoadAsTheyWereMeant) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TempFolder folder(ram_folder());
    std::unique_ptr<Store> store;
    const auto open = [&] {
      if (!GetParam().on_disk) {
        if (!store) store = make_memory_store();
        return;
      }
      store.reset();
      auto opened = open_sqlite_store(folder / "troupe.db");
      ASSERT_TRUE(opened.ok()) << opened.status().to_string();
      store = std::move(*opened);
    };
    open();
    History history(seed);
    for (int batch = 0; batch < 100; ++batch) {
      const Status status = store->commit(history.next_batch());
      ASSERT_TRUE(status.ok()) << status.to_string();
      if (history.random().chance(0.05)) open();
      if (history.random().chance(0.1)) {
        ASSERT_TRUE(store->tidy().ok());
      }
      if (batch % 10 != 0) continue;
      auto snapshot = store->load();
      ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
      ASSERT_EQ(*snapshot, history.snapshot()) << "after batch " << batch;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, ::testing::Values(Kind{"memory", false}, Kind{"sqlite", true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace troupe::store
