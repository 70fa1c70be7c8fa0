#include "coordinator/server/state_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"

namespace troupe::server {
namespace {

// "; the coordinator there was started 2026-03-01T12:00:00.250Z", if there is one to tell of.
std::string since(const std::string& path) {
  const auto file = wire::read_server_file(path);
  if (!file.ok()) return "";
  return "; it was started " + file->started + " and listens on " + file->client_endpoint;
}

}  // namespace

Result<StateFolder> StateFolder::open(const std::string& path) {
  TROUPE_RETURN_IF_ERROR(make_folders(path, 0700));
  auto lock = FileLock::take(path + "/lock", "the state folder " + path);
  if (!lock.ok()) {
    if (lock.status().code() != Code::kAlreadyExists) return lock.status();
    return Status(Code::kAlreadyExists, lock.status().message() + " (`troupe server stop`, --state)" + since(path));
  }
  // Only the holder may tighten a folder that was there before.
  if (::chmod(path.c_str(), 0700) != 0) return errno_status("make private", path, errno);
  StateFolder folder(path, std::move(lock).value());
  if (const auto file = wire::read_server_file(path); file.ok()) folder.left_behind_ = *file;
  return folder;
}

void StateFolder::withdraw() const {
  ::unlink((path_ + "/" + wire::kServerFileName).c_str());
}

}  // namespace troupe::server
