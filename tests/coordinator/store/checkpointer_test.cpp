// A log that is folded beside the commits: it stays short however long they go on, and nothing of it is lost.
#include "coordinator/store/sqlite_checkpointer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

constexpr std::uint64_t kPageBytes = 8192;
constexpr std::uint64_t kLogBytes = SqliteCheckpointer::kLongPages * kPageBytes;
constexpr std::uint64_t kMostLogBytes = SqliteCheckpointer::kMostPages * kPageBytes;
constexpr std::size_t kResultBytes = 60'000;
constexpr Rank kBatch = 100;

TEST(Checkpointer, TheLogStaysShortWhileCommitsGoOn) {
  const TempFolder folder(std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp");
  const std::string path = folder / "farm.db";
  const Rank results = 4 * kLogBytes / kResultBytes;
  std::uint64_t longest = 0;
  {
    const auto store = take(open_sqlite_store(path));
    const core::Edit added = campaign_added(1, results);
    ASSERT_TRUE(store->commit({&added, 1}).ok());
    for (Rank first = 0; first < results; first += kBatch) {
      std::vector<core::Edit> edits;
      for (Rank rank = first; rank < std::min(first + kBatch, results); ++rank) {
        core::ResultCommitted edit = result(1, rank);
        edit.result.metadata_json.assign(kResultBytes, 'x');
        edits.emplace_back(std::move(edit));
      }
      ASSERT_TRUE(store->commit(edits).ok());
      longest = std::max<std::uint64_t>(longest, std::filesystem::file_size(path + "-wal"));
    }
  }
  EXPECT_GT(longest, kLogBytes / 2);
  EXPECT_LT(longest, kMostLogBytes + 2 * kBatch * kResultBytes);
  const auto store = take(open_sqlite_store(path));
  const core::Snapshot snapshot = take(store->load());
  EXPECT_EQ(snapshot.campaigns.at(0).done.size(), results);
}

TEST(Checkpointer, AThreadThatCannotFoldSaysSo) {
  const TempFolder folder;
  SqliteCheckpointer checkpointer(folder / "missing/farm.db");
  EXPECT_FALSE(checkpointer.note(SqliteCheckpointer::kFoldPages));
  while (checkpointer.failure().ok()) std::this_thread::yield();
  EXPECT_EQ(checkpointer.failure().code(), Code::kNotFound);
  EXPECT_FALSE(checkpointer.note(SqliteCheckpointer::kMostPages));
}

}  // namespace
}  // namespace troupe::store
