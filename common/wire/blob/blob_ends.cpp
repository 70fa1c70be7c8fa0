#include "common/wire/blob/blob_ends.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "common/base/files.h"

namespace troupe::wire {

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

FileSink::FileSink(std::string path) : path_(std::move(path)), half_(path_ + ".part" + std::to_string(::getpid())) {}

FileSink::~FileSink() {
  if (file_.valid()) ::unlink(half_.c_str());
}

Status FileSink::begin(std::uint64_t) {
  if (file_.valid()) {
    if (::ftruncate(file_.get(), 0) == 0 && ::lseek(file_.get(), 0, SEEK_SET) == 0) return {};
    return errno_status("empty", half_, errno);
  }
  file_ = Descriptor(::open(half_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  return file_.valid() ? Status() : errno_status("create", half_, errno);
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
