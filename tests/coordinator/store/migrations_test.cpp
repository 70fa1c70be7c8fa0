// Databases that earlier versions left in the middle of their work: brought up to date, everything in them stands.
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/manifest/manifest.h"
#include "coordinator/store/check.h"
#include "coordinator/store/migrations.h"
#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

// golden/schemaN.sql as a database.
void restore(int version, const std::string& path) {
  const std::string dump =
      std::string(TROUPE_SOURCE_DIR) + "/tests/coordinator/store/golden/schema" + std::to_string(version) + ".sql";
  Database database = take(Database::open(path, Database::Mode::kReadWrite));
  const Status status = database.run(take(read_file(dump, 1u << 20)));
  ASSERT_TRUE(status.ok()) << status.to_string();
  ASSERT_EQ(take(database.ask("PRAGMA user_version")), std::to_string(version));
}

// What both of them hold of the campaign "small".
void expect_small_campaign(const core::CampaignSnapshot& campaign) {
  EXPECT_EQ(campaign.row.name, "small");
  EXPECT_EQ(campaign.row.project, "demo");
  EXPECT_EQ(campaign.row.state, CampaignState::kActive);
  EXPECT_EQ(campaign.row.submitted, 1795268370555);
  EXPECT_FALSE(campaign.row.archived);
  core::IntervalSet done(0, 9);
  done.erase(3, 5);  // requeued
  EXPECT_EQ(campaign.done, done);
  EXPECT_EQ(campaign.cancelled, core::IntervalSet(11, 12));
  EXPECT_TRUE(campaign.reused.empty());
  using Run = core::CampaignSnapshot::Generation;
  EXPECT_EQ(campaign.generations, (std::vector<Run>{{3, 5, 1}, {11, 12, 1}}));
  const core::LeaseGrant granted{LeaseId{20}, CampaignId{1}, 9, 9, 0, 1, WorkerId{"worker-1"}, 1795268424000};
  EXPECT_EQ(campaign.grants, std::vector{granted});
  EXPECT_EQ(campaign.retries.at(10), (core::RetryRow{1, 1, 1795268425000, "the engine ended"}));
  const auto manifest = manifest::Manifest::from_resolved(campaign.manifest_json);
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  EXPECT_EQ(sha256(campaign.manifest_json), campaign.row.spec);
}

void expect_results(Store& store) {
  const Rank ranks[] = {0, 3, 9};
  const auto rows = take(take(store.reader())->results_by_rank(CampaignId{1}, ranks));
  ASSERT_TRUE(rows[0] && rows[1]);
  EXPECT_FALSE(rows[2]);
  EXPECT_EQ(rows[0]->worker.value, "local-1");
  EXPECT_EQ(rows[0]->finished, 1795268373832);
  EXPECT_EQ(rows[0]->result.artifacts.at(0).bytes, 25360u);
  EXPECT_EQ(rows[0]->result.timings.size(), 3u);
}

// Nothing but the pictures, which are not part of the dump.
void expect_clean(const std::string& database, const std::string& folder) {
  for (const std::string& problem : take(check_store(database, folder, {})).problems) {
    EXPECT_EQ(problem.rfind("an artifact that is not there", 0), 0u) << problem;
  }
}

void expect_it_goes_on(Store& store) {
  const std::uint64_t newest = take(take(store.reader())->newest_result());
  core::ResultCommitted next = result(1, 9), again = result(1, 3, Outcome::kDone, 1);
  next.result.ticket.index = 9;
  again.result.ticket.index = 3;
  const Status status = store.commit(std::vector<core::Edit>{next, again, event(1)});
  ASSERT_TRUE(status.ok()) << status.to_string();
  const core::Snapshot snapshot = take(store.load());
  EXPECT_EQ(snapshot.campaigns.at(0).done.size(), 9u);
  EXPECT_TRUE(snapshot.campaigns[0].grants.empty());
  EXPECT_EQ(snapshot.last_event, 1u);
  EXPECT_EQ(take(take(store.reader())->results_after(CampaignId{1}, newest)).cells, (std::vector<JobIndex>{9, 3}));
}

TEST(Migrations, SchemaOneGoesOn) {
  TempFolder folder;
  restore(1, folder / "farm.db");
  const auto store = take(open_sqlite_store(folder / "farm.db"));
  const core::Snapshot snapshot = take(store->load());
  EXPECT_EQ(snapshot.epoch, Epoch{2});
  EXPECT_EQ(snapshot.last_lease, 20u);
  EXPECT_EQ(snapshot.last_event, 0u);
  ASSERT_EQ(snapshot.campaigns.size(), 1u);
  expect_small_campaign(snapshot.campaigns[0]);
  EXPECT_TRUE(snapshot.campaigns[0].scores.empty());
  expect_results(*store);
  expect_clean(folder / "farm.db", folder / "blobs");
  expect_it_goes_on(*store);
  expect_clean(folder / "farm.db", folder / "blobs");
}

TEST(Migrations, SchemaTwoGoesOn) {
  TempFolder folder;
  restore(2, folder / "farm.db");
  const auto store = take(open_sqlite_store(folder / "farm.db"));
  const core::Snapshot snapshot = take(store->load());
  ASSERT_EQ(snapshot.campaigns.size(), 2u);
  expect_small_campaign(snapshot.campaigns[0]);
  EXPECT_EQ(snapshot.campaigns[0].scores, (std::map<Rank, double>{{2, 0.25}}));
  EXPECT_EQ(snapshot.campaigns[1].row.state, CampaignState::kCancelled);
  EXPECT_EQ(snapshot.campaigns[1].cancelled, core::IntervalSet(0, 48));
  expect_results(*store);
  expect_clean(folder / "farm.db", folder / "blobs");
  expect_it_goes_on(*store);
  expect_clean(folder / "farm.db", folder / "blobs");
}

// A result that an earlier version wrote can be reused, and outlives its cell.
TEST(Migrations, OldResultsCanBeReused) {
  TempFolder folder;
  restore(1, folder / "farm.db");
  const auto store = take(open_sqlite_store(folder / "farm.db"));
  core::CampaignAdded second = campaign_added(2, 12);
  second.row.name = "small";
  const Status status = store->commit(
      std::vector<core::Edit>{second, reused(2, 0, 1, 0), core::CellsRequeued{CampaignId{1}, core::IntervalSet(0, 1)},
                              result(1, 0, Outcome::kFailed, 1)});
  ASSERT_TRUE(status.ok()) << status.to_string();
  const Rank rank = 0;
  const auto rows = take(take(store->reader())->results_by_rank(CampaignId{2}, {&rank, 1}));
  EXPECT_EQ(rows.at(0)->result.artifacts.at(0).bytes, 25360u);
}

TEST(Migrations, TheNewestSchemaIsNotLeftWithoutAGoldenOne) {
  EXPECT_EQ(all_migrations().size(), 3u)
      << "a new schema: dump a database of the one before into golden/, and test that it goes on";
}

}  // namespace
}  // namespace troupe::store
