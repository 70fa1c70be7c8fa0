// Power cuts at every sync point, with torn and lost writes: the store opens and holds exactly the transactions that
// were acknowledged, or those and the one that was under way.
#include <gtest/gtest.h>

#include "coordinator/store/sqlite.h"
#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/ram_folder.h"
#include "tests/coordinator/store/recording_disk.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

constexpr int kBatches = 60;

struct Recorded {
  std::vector<DiskOp> ops;
  std::vector<core::Snapshot> states;  // after so many transactions
};

Status checkpoint(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::kReadWrite));
  return database.run("PRAGMA wal_checkpoint(PASSIVE)");
}

// A store's life: commits, sweeps, checkpoints from another connection, starts anew.
Recorded record(std::uint64_t seed) {
  TempFolder folder(ram_folder());
  const std::string path = folder / "troupe.db";
  RecordingDisk disk;
  Recorded recorded;
  History history(seed);
  auto store = open_sqlite_store(path, {.events_kept = 5});
  EXPECT_TRUE(store.ok()) << store.status().to_string();
  recorded.states.push_back(history.snapshot());
  disk.mark(0);
  for (int batch = 1; batch <= kBatches && store.ok(); ++batch) {
    EXPECT_TRUE((*store)->commit(history.next_batch()).ok());
    recorded.states.push_back(history.snapshot());
    disk.mark(recorded.states.size() - 1);
    if (history.random().chance(0.2)) {
      EXPECT_TRUE((*store)->tidy().ok());
    }
    if (history.random().chance(0.2)) {
      EXPECT_TRUE(checkpoint(path).ok());
    }
    if (history.random().chance(0.1)) {
      store->reset();
      store = open_sqlite_store(path, {.events_kept = 5});
    }
  }
  recorded.ops = disk.ops();
  return recorded;
}

// Empty when all is well with what a power cut before ops[moment] left.
std::string look_at_image(const Recorded& recorded, std::size_t moment, Random& random) {
  TempFolder folder(ram_folder());
  write_crash_image(recorded.ops, moment, random, folder.path());
  std::optional<std::uint64_t> acknowledged;
  for (std::size_t i = 0; i < moment; ++i) {
    if (recorded.ops[i].kind == DiskOp::Kind::kMark) acknowledged = recorded.ops[i].offset;
  }
  auto store = open_sqlite_store(folder / "troupe.db");
  if (!store.ok()) return "it does not open: " + store.status().to_string();
  const auto snapshot = (*store)->load();
  if (!snapshot.ok()) return "it does not load: " + snapshot.status().to_string();
  const std::size_t least = acknowledged.value_or(0);
  const bool is_known = *snapshot == recorded.states[least] ||
                        (least + 1 < recorded.states.size() && *snapshot == recorded.states[least + 1]);
  if (!is_known) return "it holds something else than the " + std::to_string(least) + " acknowledged transactions";
  if (!(*store)->commit(std::vector<core::Edit>{core::EpochStarted{Epoch{1'000'000}}}).ok()) return "it does not write";
  auto database = Database::open(folder / "troupe.db", Database::Mode::kReadOnly);
  if (!database.ok()) return database.status().to_string();
  const auto verdict = database->ask("PRAGMA integrity_check");
  if (!verdict.ok()) return verdict.status().to_string();
  return *verdict == "ok" ? "" : "integrity_check: " + *verdict;
}

std::vector<std::size_t> sync_points(const Recorded& recorded) {
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < recorded.ops.size(); ++i) {
    if (recorded.ops[i].kind != DiskOp::Kind::kSync) continue;
    points.push_back(i);      // all of it is still on its way
    points.push_back(i + 1);  // it just became durable
  }
  return points;
}

TEST(PowerCut, AtEverySyncPointTheAcknowledgedIsThere) {
  const Recorded recorded = record(11);
  ASSERT_EQ(recorded.states.size(), kBatches + 1u);
  SeededRandom random(12);
  const auto points = sync_points(recorded);
  ASSERT_GE(points.size(), 2u * kBatches) << "a sync for each transaction";
  for (const std::size_t moment : points) {
    for (int draw = 0; draw < 2; ++draw) {
      ASSERT_EQ(look_at_image(recorded, moment, random), "") << "before operation " << moment << ", draw " << draw;
    }
  }
}

TEST(PowerCut, BetweenAnyTwoWrites) {
  const Recorded recorded = record(21);
  SeededRandom random(22);
  for (int draw = 0; draw < 100; ++draw) {
    const std::size_t moment = random.below(recorded.ops.size() + 1);
    ASSERT_EQ(look_at_image(recorded, moment, random), "") << "before operation " << moment;
  }
}

// The test can fail: with syncs that do nothing, transactions are lost.
TEST(PowerCut, IsNoticedWhereSyncsLie) {
  Recorded recorded = record(31);
  std::erase_if(recorded.ops, [seen = 0](const DiskOp& op) mutable {
    return op.kind == DiskOp::Kind::kSync && ++seen > 20;  // the schema is there
  });
  SeededRandom random(32);
  int noticed = 0;
  for (int draw = 0; draw < 10; ++draw) {
    noticed += look_at_image(recorded, recorded.ops.size(), random).empty() ? 0 : 1;
  }
  EXPECT_GT(noticed, 0);
}

}  // namespace
}  // namespace troupe::store
