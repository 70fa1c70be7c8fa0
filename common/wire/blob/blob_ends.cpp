#include "common/wire/blob/blob_ends.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

#include "common/base/files.h"

namespace troupe::wire {
namespace {

constexpr std::time_t kKeepSeconds = 24 * 3600;  // of a file that was cut short
constexpr std::size_t kPiece = 1u << 20;

}  // namespace

Result<FileSource> FileSource::open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return errno_status("open", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return errno_status("stat", path, errno);
  if (!S_ISREG(info.st_mode)) return Status(Code::kInvalid, path + " is no file", Place{path});
  return FileSource(path, std::move(file), static_cast<std::uint64_t>(info.st_size));
}

Result<std::string> FileSource::read(std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const ssize_t more = ::pread(file_.get(), bytes.data() + got, count - got, static_cast<off_t>(offset + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return errno_status("read", path_, errno);
    if (more == 0) return Status(Code::kIo, path_ + " became shorter while it was read", Place{path_});
    got += static_cast<std::size_t>(more);
  }
  return bytes;
}

FileSink::FileSink(std::string path) : path_(std::move(path)), half_(path_ + ".part") {}

FileSink::~FileSink() {
  struct stat info {};
  const bool is_empty = file_.valid() && ::fstat(file_.get(), &info) == 0 && info.st_size == 0;
  if (file_.valid() && (!keep_ || is_empty)) ::unlink(half_.c_str());
}

Status FileSink::open() {
  for (;;) {
    file_ = Descriptor(::open(half_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file_.valid()) return errno_status("create", half_, errno);
    if (!keep_) return ::ftruncate(file_.get(), 0) == 0 ? Status() : errno_status("empty", half_, errno);
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      keep_ = false;
      half_ = path_ + ".part" + std::to_string(::getpid());
      continue;
    }
    // Whoever held the lock may have given the file its final name.
    struct stat held {
    }, named{};
    if (::fstat(file_.get(), &held) != 0) return errno_status("stat", half_, errno);
    if (::stat(half_.c_str(), &named) != 0 || named.st_ino != held.st_ino) continue;
    return std::time(nullptr) - held.st_mtime > kKeepSeconds ? restart() : Status();
  }
}

Result<std::uint64_t> FileSink::resume(Sha256& hasher) {
  if (!file_.valid()) TROUPE_RETURN_IF_ERROR(open());
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) return errno_status("rewind", half_, errno);
  std::string piece(kPiece, '\0');
  for (std::uint64_t kept = 0;;) {
    const ssize_t got = ::read(file_.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_status("read", half_, errno);
    if (got == 0) return kept;
    hasher.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    kept += static_cast<std::uint64_t>(got);
  }
}

Status FileSink::restart() {
  if (::ftruncate(file_.get(), 0) == 0 && ::lseek(file_.get(), 0, SEEK_SET) == 0) return {};
  return errno_status("empty", half_, errno);
}

Status FileSink::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno_status("write", half_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Status FileSink::finish() {
  if (::fsync(file_.get()) != 0) return errno_status("sync", half_, errno);
  if (::rename(half_.c_str(), path_.c_str()) != 0) return errno_status("rename to", path_, errno);
  file_.close();
  return {};
}

}  // namespace troupe::wire
