#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace troupe::testing {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> words;
  for (char** word = environ; *word; ++word) {
    const std::string text = *word;
    if (!more.contains(text.substr(0, text.find('=')))) words.push_back(text);
  }
  for (const auto& [name, value] : more) words.push_back(name + "=" + value);
  return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

// Programs that sanitizers slow down get more time from whoever runs the tests.
std::chrono::milliseconds stretched(std::chrono::milliseconds most) {
  const char* factor = std::getenv("TROUPE_PATIENCE");
  return most * (factor ? std::max(1, std::atoi(factor)) : 1);
}

}  // namespace

Process::Process(const ProcessOptions& options) {
  std::string pattern = (std::filesystem::temp_directory_path() / "troupe-process-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
  std::vector<std::string> command = options.command;
  std::vector<std::string> environment = environment_with(options.environment);
  const std::vector<char*> arguments = pointers(command), variables = pointers(environment);
  const int out = ::open((folder_ + "/out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int err = ::open((folder_ + "/err").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(null, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execve(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  for (const int fd : {out, err, null}) ::close(fd);
  pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

Process::~Process() {
  if (pid_ > 0 && !code_) {
    signal(SIGKILL);
    wait(std::chrono::seconds(10));
  }
  if (pidfd_ >= 0) ::close(pidfd_);
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::exchange(other.pidfd_, -1)),
      code_(other.code_),
      folder_(std::exchange(other.folder_, {})) {}

void Process::signal(int number) const {
  if (pid_ > 0 && !code_) ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds most) {
  if (code_) return code_;
  pollfd waiting{pidfd_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(stretched(most).count())) <= 0) return std::nullopt;
  int how = 0;
  if (::waitpid(pid_, &how, 0) != pid_) return std::nullopt;
  code_ = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
  return code_;
}

std::string Process::out() const {
  return contents(folder_ + "/out");
}
std::string Process::err() const {
  return contents(folder_ + "/err");
}

Ran run(const ProcessOptions& options, std::chrono::milliseconds most) {
  Process process(options);
  const auto code = process.wait(most);
  if (!code) {
    process.signal(SIGKILL);
    process.wait(std::chrono::seconds(10));
  }
  return {code.value_or(-1), process.out(), process.err()};
}

bool poll_until(const std::function<bool()>& done, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + stretched(most);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 20);
  }
  return true;
}

}  // namespace troupe::testing
