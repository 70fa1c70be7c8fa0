// What only the SQLite store has to do: files, locks, schemas, full disks and damage.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

#include "coordinator/store/migrations.h"
#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/small_disk.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

std::unique_ptr<Store> open(const std::string& path) {
  auto store = open_sqlite_store(path);
  EXPECT_TRUE(store.ok()) << store.status().to_string();
  return store.ok() ? std::move(*store) : nullptr;
}

Database raw(const std::string& path) {
  auto database = Database::open(path, Database::Mode::kReadWrite);
  EXPECT_TRUE(database.ok()) << database.status().to_string();
  return std::move(*database);
}

std::vector<core::Edit> many_results(Rank first, Rank count) {
  std::vector<core::Edit> edits;
  for (Rank rank = first; rank < first + count; ++rank) edits.push_back(result(1, rank));
  return edits;
}

TEST(SqliteStore, BelongsToOneProcessAtATime) {
  TempFolder folder;
  const auto store = open(folder / "troupe.db");
  const auto second = open_sqlite_store(folder / "troupe.db");
  ASSERT_EQ(second.status().code(), Code::kAlreadyExists);
  EXPECT_NE(second.status().message().find("process " + std::to_string(::getpid())), std::string::npos)
      << second.status().message();
}

TEST(SqliteStore, IsItsOwnersAlone) {
  TempFolder folder;
  const auto store = open(folder / "troupe.db");
  for (const char* name : {"troupe.db", "troupe.db-wal", "troupe.db-shm", "troupe.db.lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((folder / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777u, 0600u) << name;
  }
}

TEST(SqliteStore, SurvivesPowerCuts) {
  TempFolder folder;
  { const auto store = open(folder / "troupe.db"); }
  Database database = raw(folder / "troupe.db");
  EXPECT_EQ(*database.ask("PRAGMA journal_mode"), "wal");
}

TEST(SqliteStore, SaysWhereThePlaceIsWrong) {
  EXPECT_EQ(open_sqlite_store("/nowhere/at/all/troupe.db").status().code(), Code::kNotFound);
}

TEST(SqliteStore, MigratesFromNothing) {
  TempFolder folder;
  { std::ofstream empty(folder / "troupe.db"); }
  ASSERT_TRUE(open(folder / "troupe.db"));
  Database database = raw(folder / "troupe.db");
  EXPECT_EQ(*database.ask("PRAGMA user_version"), std::to_string(all_migrations().size()));
  EXPECT_EQ(*database.ask("PRAGMA application_id"), std::to_string(0x54525031));
  EXPECT_EQ(*database.ask("PRAGMA integrity_check"), "ok");
}

TEST(SqliteStore, MigratesAStepAtATime) {
  TempFolder folder;
  Database database = raw(folder / "troupe.db");
  const Migration steps[] = {{"0001_a", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)"},
                             {"0002_b", "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 5"}};
  ASSERT_TRUE(migrate(database, {steps, 1}).ok());
  ASSERT_TRUE(migrate(database, steps).ok());
  ASSERT_TRUE(migrate(database, steps).ok());
  EXPECT_EQ(*database.ask("SELECT x + y FROM a"), "6");
  EXPECT_EQ(*database.ask("PRAGMA user_version"), "2");
}

TEST(SqliteStore, AFailedStepLeavesTheOldSchema) {
  TempFolder folder;
  Database database = raw(folder / "troupe.db");
  const Migration steps[] = {{"0001_a", "CREATE TABLE a (x INTEGER)"},
                             {"0002_b", "CREATE TABLE b (x INTEGER); CREATE TABLE a (x INTEGER)"}};
  const Status status = migrate(database, steps);
  EXPECT_NE(status.message().find("0002_b"), std::string::npos) << status.message();
  EXPECT_EQ(*database.ask("PRAGMA user_version"), "1");
  EXPECT_EQ(*database.ask("SELECT count(*) FROM sqlite_schema"), "1");
}

// A store of the first release: its results have no scores.
TEST(SqliteStore, ReadsTheFirstSchemasResults) {
  TempFolder folder;
  {
    Database database = raw(folder / "troupe.db");
    ASSERT_TRUE(migrate(database, all_migrations().first(1)).ok());
    ASSERT_TRUE(database
                    .run("INSERT INTO campaign VALUES (1, 'drop', 1, 'acme', 0, zeroblob(32), '', 'active', '', 9, 5,"
                         " NULL, NULL);"
                         "INSERT INTO manifest VALUES (1, '{}'); INSERT INTO result_body VALUES (1, x'');"
                         "INSERT INTO cell_result VALUES (1, 4, 4, 0, 1, 1, 1)")
                    .ok());
  }
  const auto store = open(folder / "troupe.db");
  ASSERT_TRUE(store);
  const auto snapshot = store->load();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
  EXPECT_EQ(snapshot->campaigns.at(0).done, core::IntervalSet(4, 5));
  EXPECT_TRUE(snapshot->campaigns[0].scores.empty());
}

TEST(SqliteStore, RefusesANewerSchema) {
  TempFolder folder;
  { const auto store = open(folder / "troupe.db"); }
  ASSERT_TRUE(raw(folder / "troupe.db").run("PRAGMA user_version = 999").ok());
  const auto store = open_sqlite_store(folder / "troupe.db");
  EXPECT_EQ(store.status().code(), Code::kInvalid);
  EXPECT_NE(store.status().message().find("999"), std::string::npos) << store.status().message();
}

TEST(SqliteStore, RefusesAnotherProgramsDatabase) {
  TempFolder folder;
  ASSERT_TRUE(raw(folder / "troupe.db").run("CREATE TABLE theirs (x)").ok());
  EXPECT_EQ(open_sqlite_store(folder / "troupe.db").status().code(), Code::kInvalid);
  EXPECT_EQ(*raw(folder / "troupe.db").ask("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST(SqliteStore, RefusesAFileThatIsNoDatabase) {
  TempFolder folder;
  { std::ofstream(folder / "troupe.db") << std::string(10000, 'x'); }
  const auto store = open_sqlite_store(folder / "troupe.db");
  EXPECT_EQ(store.status().code(), Code::kCorrupt);
  EXPECT_NE(store.status().to_string().find("troupe.db"), std::string::npos) << store.status().to_string();
}

TEST(SqliteStore, SaysWhenTheDatabaseIsDamaged) {
  TempFolder folder;
  {
    const auto store = open(folder / "troupe.db");
    ASSERT_TRUE(store->commit(std::vector<core::Edit>{campaign_added(1)}).ok());
    ASSERT_TRUE(store->commit(many_results(0, 500)).ok());
  }
  {
    std::fstream file(folder / "troupe.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(3 * 4096);  // past the schema
    for (int page = 3; page < 60; ++page) file << std::string(4096, '\x5a');
  }
  auto store = open_sqlite_store(folder / "troupe.db");
  const Status status = store.ok() ? (*store)->load().status() : store.status();
  EXPECT_EQ(status.code(), Code::kCorrupt) << status.to_string();
}

TEST(SqliteStore, TheSameCommitSucceedsOnceThereIsSpace) {
  TempFolder folder;
  on_small_disk(folder.path(), 1 << 20, [&] {
    const auto store = open(folder / "troupe.db");
    ASSERT_TRUE(store->commit(std::vector<core::Edit>{campaign_added(1, 1000), result(1, 0)}).ok());
    const core::Snapshot before = *store->load();
    fill_disk(folder.path(), "filler");
    const auto edits = many_results(1, 800);
    for (int i = 0; i < 3; ++i) {
      const Status status = store->commit(edits);
      EXPECT_EQ(status.code(), Code::kNoSpace) << status.to_string();
      EXPECT_EQ(*store->load(), before);
    }
    ASSERT_EQ(std::remove((folder / "filler").c_str()), 0);
    const Status status = store->commit(edits);
    EXPECT_TRUE(status.ok()) << status.to_string();
    EXPECT_EQ(store->load()->campaigns[0].done.size(), 801u);
  });
}

TEST(SqliteStore, ALimitOfPagesIsNoSpaceToo) {
  TempFolder folder;
  Database database = raw(folder / "full.db");
  ASSERT_TRUE(database.run("PRAGMA max_page_count = 8; CREATE TABLE t (x BLOB)").ok());
  {
    Transaction transaction(database);
    ASSERT_TRUE(transaction.status().ok());
    EXPECT_EQ(database.run("INSERT INTO t VALUES (zeroblob(100000))").code(), Code::kNoSpace);
  }
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(*database.ask("SELECT count(*) FROM t"), "0");
  ASSERT_TRUE(database.run("PRAGMA max_page_count = 1000").ok());
  EXPECT_TRUE(database.run("INSERT INTO t VALUES (zeroblob(100000))").ok());
}

}  // namespace
}  // namespace troupe::store
