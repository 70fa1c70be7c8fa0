// store check: silent about what is well, and each thing that can be wrong is found.
#include "coordinator/store/check.h"

#include <gtest/gtest.h>

#include <fstream>

#include "coordinator/store/check_rules.h"
#include "coordinator/store/sqlite.h"
#include "tests/coordinator/store/small_state.h"
#include "tests/support/take.h"

namespace troupe::store {
namespace {

std::vector<std::string> problems_of(const SmallState& state) {
  return take(check_store(state.database(), state.blobs_folder(), {})).problems;
}

bool one_says(const std::vector<std::string>& problems, const std::string& text) {
  for (const std::string& problem : problems) {
    if (problem.find(text) != std::string::npos) return true;
  }
  return false;
}

// The database as no writer of ours would leave it.
void damage(const SmallState& state, const std::string& sql) {
  Database database = take(Database::open(state.database(), Database::Mode::kReadWrite));
  const Status status = database.run("PRAGMA foreign_keys = OFF; " + sql);
  ASSERT_TRUE(status.ok()) << status.to_string();
}

TEST(StoreCheck, IsSilentAboutAHealthyStore) {
  SmallState state;
  state.fill();
  const CheckReport report = take(check_store(state.database(), state.blobs_folder(), {}));
  EXPECT_EQ(report.problems, std::vector<std::string>());
  EXPECT_EQ(report.campaigns, 2u);
  EXPECT_EQ(report.results, 5u);
  EXPECT_EQ(report.events, 2u);
  EXPECT_EQ(report.blobs, 7u) << "two manifests, a reference, four pictures";
  EXPECT_GT(report.blob_bytes, 0u);
}

TEST(StoreCheck, DeletedAndHalfSweptIsHealthy) {
  SmallState state;
  state.fill();
  state.commit({core::CampaignDeleted{CampaignId{1}}});
  EXPECT_EQ(problems_of(state), std::vector<std::string>());
  Result<bool> more = true;
  while (more.ok() && *more) {
    more = state.store().tidy();
    EXPECT_EQ(problems_of(state), std::vector<std::string>());
  }
}

struct Damage {
  const char* sql;
  const char* says;
};

TEST(StoreCheck, FindsWhatIsWrongInTheTables) {
  const Damage damages[] = {
      {"DELETE FROM manifest WHERE campaign = 1", "a campaign without its manifest: 1"},
      {"UPDATE farm SET last_campaign = 1", "a campaign with an id that was never given: 2"},
      {"UPDATE campaign SET revision = 1", "campaigns of the same name and revision: drop#1"},
      {"UPDATE campaign SET submit_key = 'k'", "campaigns of the same submit: k"},
      {"UPDATE retry SET campaign = 7", "a row of a campaign that is not there: retry 7"},
      {"UPDATE cell_run SET last = first WHERE campaign = 2", "a run of cells that is none: 2: 8 to 8"},
      {"INSERT INTO cell_run VALUES (1, 1, 5, 1, 0)", "runs of cells that overlap: 1: 1"},
      {"UPDATE cell_result SET generation = 7 WHERE campaign = 1 AND rank = 2",
       "a result of a generation that has not begun: 1: rank 2"},
      {"INSERT INTO cell_run VALUES (2, 1, 2, 0, 1)", "a result of a cancelled cell: 2: rank 1"},
      {"UPDATE cell_result SET outcome = 9 WHERE rank = 2", "a result without an outcome: 1: rank 2"},
      {"UPDATE cell_result SET score = 1, outcome = 2 WHERE rank = 2", "a score of a cell that is not done: 1: rank 2"},
      {"UPDATE cell_result SET body = 999 WHERE rank = 2", "a result without a body: 1: rank 2"},
      {"UPDATE cell_result SET body = 3", "a body of several results: 3"},
      {"UPDATE result_body SET rank = 9 WHERE id = 3", "a body of another result than names it: 3"},
      {"DELETE FROM cell_result WHERE rank = 2", "a body that nothing names: 3"},
      {"UPDATE result_body SET same = 5 WHERE same = 1", "a shared body that is not there: 4"},
      {"UPDATE body_share SET sharers = 2 WHERE body = 1", "a wrong count of those who share a body: 1"},
      {"UPDATE job_grant SET generation = 1", "a grant of another generation than the cell's: 1: rank 5"},
      {"UPDATE job_grant SET rank = 2", "a grant of a finished cell: 1: rank 2"},
      {"UPDATE farm SET last_lease = 0", "a grant of a lease that was never given: 1: rank 5"},
      {"UPDATE retry SET rank = 2", "another try of a finished cell: 1: rank 2"},
      {"UPDATE event SET detail = '[]' WHERE id = 2", "an event that says nothing: 2"},
      {"UPDATE fact SET json = 'x'", "a fact that nobody can read: usage acme"},
      {"UPDATE manifest SET json = '{}' WHERE campaign = 2", "a campaign whose manifest is not what it was: drop#2"},
      {"UPDATE result_body SET stored_result = x'ff' WHERE id = 3", "a result that cannot be read: 1: rank 2"},
      {"UPDATE cell_result SET idx = 3 WHERE rank = 2",
       "a result of a cell that its campaign does not have: 1: rank 2"},
  };
  EXPECT_EQ(std::size(damages), check_rules().size() + 3) << "a damage for each rule";
  for (const Damage& one : damages) {
    SmallState state;
    state.fill();
    damage(state, one.sql);
    const auto problems = problems_of(state);
    EXPECT_TRUE(one_says(problems, one.says))
        << one.sql << "\nshould say: " << one.says << "\nsays: " << ::testing::PrintToString(problems);
  }
}

TEST(StoreCheck, FindsArtifactsThatAreGoneOrWrong) {
  SmallState state;
  state.fill();
  ASSERT_EQ(std::remove(state.place_of(SmallState::picture_digest(1, 2)).c_str()), 0);
  std::ofstream(state.place_of(SmallState::picture_digest(1, 1))) << "short";
  std::ofstream(state.place_of(SmallState::reference_digest())) << "A FACE";
  const auto problems = problems_of(state);
  EXPECT_TRUE(one_says(problems, "an artifact that is not there: " + SmallState::picture_digest(1, 2).hex()));
  EXPECT_TRUE(one_says(problems,
                       "an artifact of another size than its result says: " + SmallState::picture_digest(1, 1).hex()));
  EXPECT_TRUE(
      one_says(problems, "an artifact with other bytes than its name says: " + SmallState::reference_digest().hex()));
  CheckOptions quick;
  quick.hashes = false;
  EXPECT_FALSE(one_says(take(check_store(state.database(), state.blobs_folder(), quick)).problems, "other bytes"));
}

TEST(StoreCheck, FindsADamagedDatabase) {
  SmallState state;
  state.fill();
  state.close();
  damage(state,
         "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema"
         " WHERE name = 'retry') WHERE name = 'cell_run'");
  const auto report = check_store(state.database(), state.blobs_folder(), {});
  if (report.ok()) {
    EXPECT_TRUE(one_says(report->problems, "the database is damaged"));
  } else {
    EXPECT_EQ(report.status().code(), Code::kCorrupt) << report.status().to_string();
  }
}

TEST(StoreCheck, SaysWhenThereIsNothingToLookAt) {
  troupe::testing::TempFolder folder;
  EXPECT_FALSE(check_store(folder / "farm.db", folder / "blobs", {}).ok());
  SmallState state;
  damage(state, "PRAGMA user_version = 1");
  const Status status = check_store(state.database(), state.blobs_folder(), {}).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("start the coordinator once"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace troupe::store
