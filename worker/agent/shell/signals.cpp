#include "worker/agent/shell/signals.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>

#include "common/base/files.h"

namespace troupe::agent {

Result<Signals> Signals::open() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) ::sigaddset(&set, signal);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return errno_status("block", "signals", error);
  }
  Descriptor file(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!file.valid()) return errno_status("open", "a signalfd", errno);
  return Signals(std::move(file));
}

Signals::Seen Signals::take() {
  Seen seen;
  signalfd_siginfo info{};
  while (::read(file_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGCHLD) {
      seen.child = true;
    } else {
      ++seen.stops;
    }
  }
  return seen;
}

}  // namespace troupe::agent
