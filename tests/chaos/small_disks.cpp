#include "tests/chaos/small_disks.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "common/base/descriptor.h"
#include "common/base/files.h"

namespace troupe::chaos {
namespace {

constexpr char kBallast[] = "/ballast";

void write_word(const char* path, const std::string& word) {
  std::ofstream(path) << word;
}

// A user namespace in which this user is root: who is not root may mount only there.
bool become_root_of_own() {
  const auto user = std::to_string(::getuid()), group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  write_word("/proc/self/setgroups", "deny");
  write_word("/proc/self/uid_map", "0 " + user + " 1");
  write_word("/proc/self/gid_map", "0 " + group + " 1");
  return true;
}

}  // namespace

Status enter_own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0 && !become_root_of_own()) return errno_status("have", "mounts of its own", errno);
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno_status("make private", "/", errno);
  return {};
}

Status mount_small_disk(const std::string& folder, std::size_t bytes) {
  const std::string size = "size=" + std::to_string(bytes);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0) return errno_status("mount", folder, errno);
  return {};
}

Status fill_disk(const std::string& folder) {
  const std::string path = folder + kBallast;
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return errno_status("open", path, errno);
  const std::string piece(64u << 10, 'x');
  while (::write(file.get(), piece.data(), piece.size()) > 0) continue;
  return errno == ENOSPC ? Status() : errno_status("fill", path, errno);
}

void clear_disk(const std::string& folder) {
  ::unlink((folder + kBallast).c_str());
}

}  // namespace troupe::chaos
