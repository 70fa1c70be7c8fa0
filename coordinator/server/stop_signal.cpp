#include "coordinator/server/stop_signal.h"

#include <signal.h>
#include <sys/eventfd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace troupe::server {
namespace {

std::atomic<const StopSignal*> signalled{nullptr};
struct sigaction before_term, before_int;

void on_signal(int) {
  const int error = errno;
  if (const StopSignal* stop = signalled) stop->request();
  errno = error;
}

}  // namespace

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSignal::request() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
}

StopOnSignals::StopOnSignals(const StopSignal& stop) {
  signalled = &stop;
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGTERM, &action, &before_term);
  ::sigaction(SIGINT, &action, &before_int);
}

StopOnSignals::~StopOnSignals() {
  ::sigaction(SIGTERM, &before_term, nullptr);
  ::sigaction(SIGINT, &before_int, nullptr);
  signalled = nullptr;
}

}  // namespace troupe::server
