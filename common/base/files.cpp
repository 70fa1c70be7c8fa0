#include "common/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "common/base/descriptor.h"

namespace troupe {
namespace {

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno_status("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace

Status errno_status(const std::string& what, const std::string& path, int error) {
  Code code = Code::kIo;
  if (error == ENOENT || error == ENOTDIR) code = Code::kNotFound;
  if (error == ENOSPC || error == EDQUOT) code = Code::kNoSpace;
  if (error == EACCES || error == EPERM) code = Code::kPermissionDenied;
  if (error == EEXIST) code = Code::kAlreadyExists;
  return Status(code, "cannot " + what + " " + path + ": " + std::strerror(error), Place{path});
}

Result<std::string> read_file(const std::string& path, std::uint64_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return errno_status("open", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return errno_status("stat", path, errno);
  if (S_ISDIR(info.st_mode)) return Status(Code::kInvalid, path + " is a folder", Place{path});
  std::string bytes;
  if (info.st_size > 0) bytes.reserve(static_cast<std::size_t>(info.st_size));
  char piece[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_status("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(piece, static_cast<std::size_t>(got));
    if (bytes.size() > most) {
      return Status(Code::kTooLarge, path + " has more than " + std::to_string(most) + " bytes", Place{path});
    }
  }
}

Status write_file_durably(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + ".tmp" + std::to_string(::getpid());
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.get() < 0) return errno_status("create", beside, errno);
    Status status = write_all(file.get(), bytes, beside);
    if (status.ok() && ::fsync(file.get()) != 0) status = errno_status("sync", beside, errno);
    if (!status.ok()) {
      ::unlink(beside.c_str());
      return status;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(beside.c_str());
    return errno_status("rename to", path, error);
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return sync_folder(folder.empty() ? "." : folder);
}

Status make_folders(const std::string& path, unsigned mode) {
  if (path.empty() || ::mkdir(path.c_str(), mode) == 0) return {};
  if (errno == EEXIST) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
    return Status(Code::kAlreadyExists, path + " is not a folder", Place{path});
  }
  if (errno != ENOENT) return errno_status("make the folder", path, errno);
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (parent == path) return errno_status("make the folder", path, ENOENT);
  TROUPE_RETURN_IF_ERROR(make_folders(parent, mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return errno_status("make the folder", path, errno);
  return {};
}

Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return errno_status("open", path, errno);
  if (::fsync(folder.get()) != 0) return errno_status("sync", path, errno);
  return {};
}

bool is_confined(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
  }
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, slash - start);
    if (part.empty() || part == "." || part == "..") return false;
    start = slash + 1;
  }
  return true;
}

std::string default_state_folder() {
  if (const char* state = std::getenv("TROUPE_STATE"); state && *state) return state;
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : "/tmp") + "/.local/state/troupe";
}

}  // namespace troupe
