#include "common/wire/context.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

namespace troupe::wire {
namespace {

constexpr rlim_t kMostDescriptors = 1 << 20;  // a hard limit may be "infinity", which tables of libzmq would follow

}  // namespace

Result<Context> Context::open(const ContextOptions& options) {
  try {
    auto context = std::make_unique<zmq::context_t>(options.io_threads, options.max_sockets);
    context->set(zmq::ctxopt::blocky, false);
    return Context(std::move(context));
  } catch (const zmq::error_t& error) {
    return zmq_status("open a ZeroMQ context", error.num());
  }
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t wanted = std::min(limit.rlim_max, kMostDescriptors);
  if (limit.rlim_cur < wanted) {
    const rlimit raised{wanted, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = wanted;
  }
  return limit.rlim_cur;
}

Status zmq_status(const std::string& what, int error) {
  Code code = Code::kInternal;
  if (error == EADDRINUSE) code = Code::kAlreadyExists;
  if (error == EADDRNOTAVAIL || error == ENODEV || error == EINVAL) code = Code::kInvalid;
  if (error == EACCES || error == EPERM) code = Code::kPermissionDenied;
  if (error == EMFILE || error == ENFILE) code = Code::kTooLarge;
  return Status(code, "cannot " + what + ": " + zmq_strerror(error));
}

}  // namespace troupe::wire
