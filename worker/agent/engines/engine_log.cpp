#include "worker/agent/engines/engine_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace troupe::agent {

EngineLog::EngineLog(std::string path) : path_(std::move(path)) {
  open();
}

void EngineLog::open() {
  file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat info {};
  bytes_ = file_.get() >= 0 && ::fstat(file_.get(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

void EngineLog::add(std::string_view bytes) {
  tail_.add(bytes);
  if (bytes_ > kMostBytes) {
    std::rename(path_.c_str(), (path_ + ".1").c_str());
    open();
  }
  if (file_.get() < 0) return;
  const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
  if (wrote > 0) bytes_ += static_cast<std::uint64_t>(wrote);
}

}  // namespace troupe::agent
