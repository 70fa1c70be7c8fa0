#include "coordinator/server/hook_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "common/base/descriptor.h"

extern char** environ;

namespace troupe::server {
namespace {

constexpr Millis kSlice{100};  // between looks at `stop`
constexpr std::size_t kMostWords = 300;

Status system_error(const std::string& what) {
  return Status(Code::kInternal, what + ": " + std::strerror(errno));
}

// A file in memory: no program can block on it, however much is in it.
Result<Descriptor> memory_file(const std::string& text) {
  Descriptor file(::memfd_create("troupe-hook", MFD_CLOEXEC));
  if (!file.valid()) return system_error("memfd_create");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(file.get(), text.data() + done, text.size() - done);
    if (wrote < 0) return system_error("write");
    done += static_cast<std::size_t>(wrote);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string last_line(int file) {
  const off_t size = ::lseek(file, 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(kMostWords));
  std::string text(kMostWords, '\0');
  const ssize_t got = ::pread(file, text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

Result<pid_t> spawn(const std::vector<std::string>& command, int input, int errors) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, input, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, errors, 2);
  // A group of its own, so that what it starts goes with it; signals as a program expects them.
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, words[0], &files, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return Status(Code::kUnavailable, "cannot run " + command[0] + ": " + std::strerror(error));
  return child;
}

// True when the child ended in time.
bool await(pid_t child, Millis timeout, const std::atomic<bool>& stop) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  for (Millis spent{0}; spent < timeout && !stop; spent += kSlice) {
    pollfd ended{process.get(), POLLIN, 0};
    if (::poll(&ended, 1, static_cast<int>(kSlice.count())) > 0) return true;
  }
  return false;
}

}  // namespace

Status run_hook(const std::vector<std::string>& command, const std::string& input, Millis timeout,
                const std::atomic<bool>& stop) {
  if (command.empty()) return Status(Code::kInvalid, "no program is named");
  TROUPE_ASSIGN_OR_RETURN(const Descriptor text, memory_file(input));
  TROUPE_ASSIGN_OR_RETURN(const Descriptor errors, memory_file(""));
  TROUPE_ASSIGN_OR_RETURN(const pid_t child, spawn(command, text.get(), errors.get()));
  const bool ended = await(child, timeout, stop);
  if (!ended) ::kill(-child, SIGKILL);
  int how = 0;
  while (::waitpid(child, &how, 0) < 0 && errno == EINTR) {
  }
  if (!ended && stop) return Status(Code::kCancelled, "the coordinator stops");
  if (!ended) {
    return Status(Code::kTimeout, command[0] + " did not end within " + std::to_string(timeout.count() / 1000) + " s");
  }
  if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return {};
  const std::string words = last_line(errors.get());
  return Status(Code::kUnavailable, command[0] +
                                        (WIFEXITED(how) ? " ended with exit code " + std::to_string(WEXITSTATUS(how))
                                                        : " was ended by signal " + std::to_string(WTERMSIG(how))) +
                                        (words.empty() ? "" : ": " + words));
}

}  // namespace troupe::server
