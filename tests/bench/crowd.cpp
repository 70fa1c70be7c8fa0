#include "tests/bench/crowd.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "common/base/files.h"
#include "common/wire/context.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::size_t kDescriptorsAWorker = 2;
constexpr std::size_t kOtherDescriptors = 200;

}  // namespace

Result<std::unique_ptr<Crowd>> Crowd::start(const CrowdOptions& options) {
  void* shared = ::mmap(nullptr, sizeof(CrowdStats), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return errno_status("share memory with", "the crowd", errno);
  std::unique_ptr<Crowd> crowd(new Crowd());
  crowd->stats_ = new (shared) CrowdStats();
  const std::size_t most = (wire::raise_descriptor_limit() - kOtherDescriptors) / kDescriptorsAWorker;
  const std::size_t processes = (options.workers + most - 1) / most;
  for (std::size_t i = 0; i < processes; ++i) {
    const std::size_t first = options.workers * i / processes, last = options.workers * (i + 1) / processes;
    const pid_t child = ::fork();
    if (child < 0) return errno_status("fork", "the crowd", errno);
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      run_crowd(options, first, last, *crowd->stats_);
      ::_exit(0);
    }
    crowd->children_.push_back(child);
  }
  return crowd;
}

Crowd::~Crowd() {
  stats_->stop = true;
  for (const pid_t child : children_) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  ::munmap(stats_, sizeof *stats_);
}

double Crowd::cpu() const {
  double seconds = 0;
  for (const pid_t child : children_) seconds += cpu_seconds(child);
  return seconds;
}

}  // namespace troupe::bench
