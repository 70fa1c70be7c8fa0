#include "worker/agent/shell/identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_folder.h"
#include "worker/agent/shell/packs.h"
#include "worker/agent/shell/run_folder.h"
#include "worker/engine/port.h"

namespace troupe::agent {
namespace {

using testing::TempFolder;

TEST(WorkerIdentity, IsMadeOnceAndKept) {
  const TempFolder folder;
  SeededRandom random(1);
  const auto first = worker_identity(folder.path(), "", random);
  ASSERT_TRUE(first.ok()) << first.status().to_string();
  EXPECT_EQ(*worker_identity(folder.path(), "", random), *first);
  const TempFolder other;
  EXPECT_NE(worker_identity(other.path(), "", random)->value, first->value);
}

TEST(WorkerIdentity, TakesAGivenName) {
  const TempFolder folder;
  SeededRandom random(1);
  EXPECT_EQ(worker_identity(folder.path(), "studio-1", random)->value, "studio-1");
}

TEST(WorkerIdentity, RefusesAFileThatHoldsNone) {
  const TempFolder folder;
  SeededRandom random(1);
  folder.write("worker_id", "not an id\n");
  EXPECT_EQ(worker_identity(folder.path(), "", random).status().code(), Code::kCorrupt);
}

TEST(RunFolder, IsPrivateAndShortEnoughForSockets) {
  const TempFolder folder;
  const std::string deep = folder.path() + "/" + std::string(100, 'd');
  std::filesystem::create_directories(deep);
  for (const std::string& state : {folder.path(), deep}) {
    std::string path;
    {
      const auto run = RunFolder::make(state);
      ASSERT_TRUE(run.ok()) << run.status().to_string();
      path = run->path();
      struct stat info {};
      ASSERT_EQ(::stat(path.c_str(), &info), 0);
      EXPECT_EQ(info.st_mode & 0777, 0700u);
      EXPECT_LE(path.size() + 24, engine::kMaxSocketPath);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

TEST(FindPacks, SaysWhatItCannotOffer) {
  const TempFolder folder;
  folder.write("packs/broken/model_index.json", "{");
  folder.write("packs/not-a-pack/readme.txt", "");
  const LocalPacks packs = find_packs({folder.path() + "/packs", folder.path() + "/missing"});
  EXPECT_TRUE(packs.packs.empty());
  ASSERT_EQ(packs.troubles.size(), 2u);
  EXPECT_NE(packs.troubles[0].find("broken"), std::string::npos);
  EXPECT_NE(packs.troubles[1].find("missing"), std::string::npos);
}

}  // namespace
}  // namespace troupe::agent
