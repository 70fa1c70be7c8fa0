#include "coordinator/cli/children.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>

#include "common/base/files.h"

namespace troupe::cli {
namespace {

constexpr Millis kSoon{10000};

// In the new process: nothing but async-signal-safe calls until exec.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(0);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::dprintf(STDERR_FILENO, "cannot start %s: errno %d\n", arguments[0], errno);
  ::_exit(127);
}

}  // namespace

Status Child::start(Instant now) {
  const int log = ::open(spec_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return errno_status("open", spec_.log, errno);
  std::vector<char*> arguments;
  for (auto& word : spec_.command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(arguments.data(), log, parent);
  const int error = errno;
  ::close(log);
  if (pid < 0) return errno_status("start", spec_.command.front(), error);
  pid_ = pid;
  started_ = now;
  return {};
}

bool Child::reap(int* how) {
  if (pid_ == 0 || ::waitpid(pid_, how, WNOHANG) != pid_) return false;
  pid_ = 0;
  return true;
}

std::string Child::tend(Instant now, Random& random) {
  int how = 0;
  if (reap(&how)) {
    quick_ends_ = now - started_ < kSoon ? quick_ends_ + 1 : 1;
    const Millis pause = quick_ends_ == 1 ? Millis(0) : backoff({Millis(1000), Millis(30000)}, quick_ends_ - 1, random);
    next_start_ = now + pause;
    return spec_.name + " ended (" + how_it_ended(how) + "); its log is " + spec_.log +
           (pause.count() > 0 ? "; next start in " + std::to_string(pause.count() / 1000 + 1) + " s"
                              : "; starting it again");
  }
  if (pid_ == 0 && !stopping_ && now >= next_start_) {
    const Status status = start(now);
    if (!status.ok()) {
      next_start_ = now + Millis(5000);
      return spec_.name + ": " + status.to_string();
    }
    ++restarts_;
  }
  return {};
}

void Child::stop(int signal) {
  stopping_ = true;
  if (pid_ != 0) ::kill(pid_, signal);
}

bool Child::running() {
  int how = 0;
  return pid_ != 0 && !reap(&how);
}

std::string how_it_ended(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  }
  return "exit " + std::to_string(WEXITSTATUS(wait_status));
}

std::string tail_of(const std::string& path, int lines) {
  std::ifstream file(path);
  std::deque<std::string> kept;
  for (std::string line; std::getline(file, line);) {
    kept.push_back(line);
    if (static_cast<int>(kept.size()) > lines) kept.pop_front();
  }
  std::string text;
  for (const auto& line : kept) text += line + "\n";
  return text;
}

}  // namespace troupe::cli
