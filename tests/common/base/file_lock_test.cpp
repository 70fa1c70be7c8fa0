#include "common/base/file_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/support/temp_folder.h"

namespace troupe {
namespace {

using troupe::testing::TempFolder;

TEST(FileLock, IsHeldOnceAndSaysByWhom) {
  TempFolder folder;
  const auto first = FileLock::take(folder / "lock", "the state folder");
  ASSERT_TRUE(first.ok()) << first.status().to_string();
  const Status second = FileLock::take(folder / "lock", "the state folder").status();
  EXPECT_EQ(second.code(), Code::kAlreadyExists);
  EXPECT_NE(second.message().find("the state folder is in use by process " + std::to_string(::getpid())),
            std::string::npos)
      << second.message();
}

TEST(FileLock, IsFreeAgainWhenItsHolderEnds) {
  TempFolder folder;
  EXPECT_TRUE(FileLock::take(folder / "lock", "it").ok());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::take(folder / "lock", "it");
    ::_exit(lock.ok() ? 0 : 1);  // without its destructor
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(FileLock::take(folder / "lock", "it").ok());
}

TEST(FileLock, SaysWhereItCannotBe) {
  EXPECT_EQ(FileLock::take("/nowhere/at/all", "it").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe
