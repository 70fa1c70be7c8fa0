// A disk of some hundred kilobytes that is the test's own: a tmpfs in a mount namespace of a child process.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace troupe {

// Runs `body` in a child process that alone sees a small disk mounted at `folder`, with GoogleTest's failures of the
// child as this test's. Skips the test where a process may not have mounts of its own.
inline void on_small_disk(const std::string& folder, std::size_t bytes, const std::function<void()>& body) {
  constexpr int kNoMounts = 77;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool apart = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    const std::string size = "size=" + std::to_string(bytes);
    if (!apart || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0) {
      ::_exit(kNoMounts);
    }
    body();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoMounts) GTEST_SKIP() << "no mounts of one's own here";
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the child's test failed: " << status;
}

// Fills the file system of `folder` to the last byte with a file of this name.
inline void fill_disk(const std::string& folder, const std::string& name) {
  const int file = ::open((folder + "/" + name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  const std::string piece(4096, 'x');
  while (::write(file, piece.data(), piece.size()) > 0) continue;
  ::close(file);
}

}  // namespace troupe
