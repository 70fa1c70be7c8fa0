#include "worker/agent/engines/engine_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "common/base/files.h"

namespace troupe::agent {
namespace {

constexpr int kMostReads = 64;  // pieces of output that one call takes: a chatty engine must not hold up the agent

std::string how_it_ended(int status, bool killed_by_us) {
  if (WIFEXITED(status)) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  std::string text = "was killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
  if (killed_by_us) return "was stopped by its agent";
  if (signal == SIGKILL) {
    text += "; if the machine ran out of memory, use fewer slots, a smaller size or a smaller dtype";
  }
  return text;
}

// This process's environment, and that threads of an engine that have nothing to do sleep instead of spinning: what
// they spin away is the finisher's and the other slots'. GPUs are counted as the driver counts them, so that "cuda:1"
// is the one whose name and memory the slot was announced with. What the user has set stands.
class EngineEnvironment {
 public:
  EngineEnvironment() {
    for (char** variable = environ; *variable != nullptr; ++variable) words_.push_back(*variable);
    add("OMP_WAIT_POLICY", "passive");
    add("GOMP_SPINCOUNT", "0");
    add("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    words_.push_back(nullptr);
  }
  EngineEnvironment(const EngineEnvironment&) = delete;
  EngineEnvironment& operator=(const EngineEnvironment&) = delete;
  char** words() { return words_.data(); }

 private:
  void add(const std::string& name, const std::string& value) {
    if (std::getenv(name.c_str()) != nullptr) return;
    words_.push_back(added_.emplace_back(name + "=" + value).data());
  }
  std::deque<std::string> added_;
  std::vector<char*> words_;
};

// The attributes of a spawn, which must be destroyed again.
class Spawning {
 public:
  Spawning() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

Result<std::unique_ptr<EngineProcess>> EngineProcess::start(zmq::context_t& context, const EngineCommand& command,
                                                            const std::string& socket_path, EngineLog& log) {
  TROUPE_ASSIGN_OR_RETURN(auto port, engine::Port::bind(context, socket_path));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_status("make a pipe for", command.program, errno);
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  std::unique_ptr<EngineProcess> process(new EngineProcess(std::move(port), std::move(ours), log));
  TROUPE_RETURN_IF_ERROR(process->spawn(command, theirs.get()));
  return process;
}

Status EngineProcess::spawn(const EngineCommand& command, int output_end) {
  std::vector<std::string> words{command.program,   "serve",   "--connect",
                                 port_->endpoint(), "--agent", std::to_string(::getpid())};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  EngineEnvironment environment;
  Spawning spawning;
  ::posix_spawn_file_actions_addopen(&spawning.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&spawning.actions, output_end, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&spawning.actions, output_end, STDERR_FILENO);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&spawning.attributes, &none);
  ::posix_spawnattr_setsigdefault(&spawning.attributes, &all);
  ::posix_spawnattr_setpgroup(&spawning.attributes, 0);
  ::posix_spawnattr_setflags(&spawning.attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  const int error = ::posix_spawn(&pid_, command.program.c_str(), &spawning.actions, &spawning.attributes,
                                  arguments.data(), environment.words());
  if (error == 0) return {};
  pid_ = -1;
  return errno_status("start the engine", command.program, error);
}

EngineProcess::~EngineProcess() {
  if (pid_ < 0 || ended_) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void EngineProcess::read_output() {
  char piece[1 << 14];
  for (int i = 0; i < kMostReads && output_.get() >= 0; ++i) {
    const ssize_t got = ::read(output_.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) {
      output_ = Descriptor(-1);
    } else {
      log_.add({piece, static_cast<std::size_t>(got)});
    }
  }
}

void EngineProcess::kill() {
  killed_ = true;
  if (pid_ > 0 && !ended_) ::kill(pid_, SIGKILL);
}

std::optional<std::string> EngineProcess::ended() {
  if (ended_ || pid_ < 0) return ended_;
  int status = 0;
  const pid_t got = ::waitpid(pid_, &status, WNOHANG);
  if (got == pid_) ended_ = how_it_ended(status, killed_);
  if (got < 0 && errno == ECHILD) ended_ = "ended unseen";
  return ended_;
}

}  // namespace troupe::agent
