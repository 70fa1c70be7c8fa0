#include "common/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "common/base/files.h"

namespace troupe {

Result<FileLock> FileLock::take(const std::string& path, const std::string& what) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return errno_status("open", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return errno_status("lock", path, errno);
    char text[24] = {};
    const ssize_t got = ::pread(file.get(), text, sizeof text - 1, 0);
    const bool is_pid = got > 0 && std::all_of(text, text + got, [](unsigned char c) { return std::isdigit(c); });
    return Status(Code::kAlreadyExists,
                  what + " is in use by " + (is_pid ? "process " + std::string(text) : "another process") +
                      ": stop it first, or choose another place",
                  Place{path});
  }
  const std::string pid = std::to_string(::getpid());
  if (::pwrite(file.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()) ||
      ::ftruncate(file.get(), static_cast<off_t>(pid.size())) != 0) {
    return errno_status("write", path, errno);
  }
  return FileLock(std::move(file));
}

}  // namespace troupe
