// store backup: while the farm goes on, a copy that a coordinator can be started in.
#include "coordinator/store/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "common/base/files.h"
#include "coordinator/store/check.h"
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/small_state.h"
#include "tests/support/take.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

StatePlaces places_in(const std::string& folder) {
  return {folder + "/farm.db", folder + "/blobs", folder + "/keys"};
}

std::vector<std::string> problems_of(const StatePlaces& places) {
  return take(check_store(places.database, places.blobs, {})).problems;
}

TEST(StoreBackup, IsTheSameFarm) {
  for (const bool link : {true, false}) {
    SmallState state;
    state.fill();
    TempFolder elsewhere(ram_folder());
    const StatePlaces copy = places_in(elsewhere / "copy");
    const BackupReport report = take(back_up(state.places(), copy, {.link = link}));
    EXPECT_EQ(report.blobs, 7u);
    EXPECT_EQ(report.linked, link ? 7u : 0u);
    EXPECT_EQ(problems_of(copy), std::vector<std::string>());
    EXPECT_EQ(*read_file(copy.keys + "/server.secret", 100), "a secret");
    for (const std::string& path : {copy.database, copy.keys + "/server.secret"}) {
      struct stat info {};
      ASSERT_EQ(::stat(path.c_str(), &info), 0);
      EXPECT_EQ(info.st_mode & 0777u, 0600u) << path;
    }
    const auto restored = take(open_sqlite_store(copy.database));
    EXPECT_EQ(take(restored->load()), take(state.store().load()));
    EXPECT_TRUE(restored->commit(std::vector<core::Edit>{core::EpochStarted{Epoch{9}}}).ok());
    EXPECT_NE(take(state.store().load()).epoch, Epoch{9}) << "the copy is the farm itself";
  }
}

// Results come, are replaced and deleted all the time; the copy is one moment of it.
TEST(StoreBackup, IsOneMomentOfABusyFarm) {
  SmallState state;
  state.commit({state.campaign(1)});
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> commits{0};
  std::thread farm([&] {
    for (std::uint32_t generation = 0; !stop; ++generation) {
      // After so many pictures only the database changes: a farm that outruns its backup would never end.
      for (Rank rank = 0; rank < 10 && generation < 100; ++rank) state.commit({state.picture(1, rank, generation)});
      state.commit({event(generation + 1), core::CellsRequeued{CampaignId{1}, core::IntervalSet(0, 10)}});
      ++commits;
    }
  });
  while (commits < 3) std::this_thread::yield();
  for (int copies = 0; copies < 3; ++copies) {
    TempFolder elsewhere(ram_folder());
    const auto report = back_up(state.places(), places_in(elsewhere / "copy"), {});
    EXPECT_TRUE(report.ok()) << report.status().to_string();
    EXPECT_EQ(problems_of(places_in(elsewhere / "copy")), std::vector<std::string>());
  }
  stop = true;
  farm.join();
}

TEST(StoreBackup, TakesNoFolderThatHasSomethingInIt) {
  SmallState state;
  state.fill();
  TempFolder elsewhere(ram_folder());
  elsewhere.write("copy/notes.txt", "mine");
  const auto report = back_up(state.places(), places_in(elsewhere / "copy"), {});
  EXPECT_EQ(report.status().code(), Code::kAlreadyExists) << report.status().to_string();
  EXPECT_FALSE(std::filesystem::exists(elsewhere / "copy/farm.db"));
}

TEST(StoreBackup, SaysWhenThereIsNoFarm) {
  TempFolder empty, elsewhere(ram_folder());
  EXPECT_FALSE(back_up(places_in(empty.path()), places_in(elsewhere / "copy"), {}).ok());
  EXPECT_FALSE(std::filesystem::exists(elsewhere / "copy/farm.db"));
}

}  // namespace
}  // namespace troupe::store
