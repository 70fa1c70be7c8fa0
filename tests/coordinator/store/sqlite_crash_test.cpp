// kill -9 in the middle of commits: what was acknowledged is there, and nothing is there by half.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coordinator/store/store.h"
#include "tests/coordinator/store/edits.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

constexpr Rank kBatch = 5;

// Commits kBatch results at a time from `first` on and writes the end of each batch into `acks` once it is durable.
[[noreturn]] void commit_until_killed(const std::string& path, Rank first, int acks) {
  auto store = open_sqlite_store(path);
  if (!store.ok()) ::_exit(1);
  if (first == 0 && !(*store)->commit(std::vector<core::Edit>{campaign_added(1, 1u << 20)}).ok()) ::_exit(2);
  for (Rank rank = first;; rank += kBatch) {
    std::vector<core::Edit> edits;
    for (Rank i = rank; i < rank + kBatch; ++i) edits.push_back(result(1, i));
    if (!(*store)->commit(edits).ok()) ::_exit(3);
    const Rank end = rank + kBatch;
    if (::write(acks, &end, sizeof end) != sizeof end) ::_exit(4);
  }
}

// Kills the child after `most` acknowledgements; returns the last of them.
Rank run_and_kill(const std::string& path, Rank first, int most) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(pipe[0]);
    commit_until_killed(path, first, pipe[1]);
  }
  ::close(pipe[1]);
  Rank acknowledged = first, end = 0;
  for (int i = 0; i < most && ::read(pipe[0], &end, sizeof end) == sizeof end; ++i) acknowledged = end;
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &end, sizeof end) == sizeof end) acknowledged = end;
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
  return acknowledged;
}

TEST(SqliteCrash, NothingAcknowledgedIsMissing) {
  TempFolder folder;
  SeededRandom random(42);
  Rank committed = 0;
  for (int life = 0; life < 12; ++life) {
    const Rank acknowledged = run_and_kill(folder / "troupe.db", committed, 1 + static_cast<int>(random.below(40)));
    auto store = open_sqlite_store(folder / "troupe.db");
    ASSERT_TRUE(store.ok()) << store.status().to_string();
    const auto snapshot = (*store)->load();
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
    const core::IntervalSet& done = snapshot->campaigns.at(0).done;
    ASSERT_GE(done.size(), acknowledged);
    ASSERT_EQ(done, core::IntervalSet(0, done.size()));
    ASSERT_EQ(done.size() % kBatch, 0u);
    committed = done.size();
  }
}

}  // namespace
}  // namespace troupe::store
