#include "worker/agent/outbox/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "common/base/files.h"

namespace troupe::agent {
namespace {

constexpr std::uint64_t kPieceBytes = 1u << 20;

class PosixLogFile final : public LogFile {
 public:
  PosixLogFile(std::string path, int fd, std::uint64_t size) : path_(std::move(path)), fd_(fd), size_(size) {}
  ~PosixLogFile() override { ::close(fd_); }

  std::uint64_t size() const override { return size_; }

  Result<std::string> read(Range range) const override {
    if (range.offset > size_ || range.bytes > size_ - range.offset) {
      return Status(Code::kCorrupt, path_ + " ends before byte " + std::to_string(range.offset + range.bytes));
    }
    std::string bytes(range.bytes, '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
      const ssize_t piece =
          ::pread(fd_, bytes.data() + got, bytes.size() - got, static_cast<off_t>(range.offset + got));
      if (piece < 0 && errno == EINTR) continue;
      if (piece <= 0) return errno_status("read", path_, piece < 0 ? errno : EIO);
      got += static_cast<std::size_t>(piece);
    }
    return bytes;
  }

  Status write(std::uint64_t offset, std::string_view bytes) override { return write_to(fd_, offset, bytes); }

  Status reserve(std::uint64_t size) override {
    if (size <= size_) return {};
    const int error = ::posix_fallocate(fd_, static_cast<off_t>(size_), static_cast<off_t>(size - size_));
    if (error != 0) {
      (void)::ftruncate(fd_, static_cast<off_t>(size_));
      return errno_status("make room in", path_, error);
    }
    const std::uint64_t begin = std::exchange(size_, size);
    return fill(begin, size);
  }

  Status truncate(std::uint64_t size) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return errno_status("cut", path_, errno);
    size_ = size;
    return {};
  }

  Status sync() override {
    if (::fdatasync(fd_) != 0) return errno_status("sync", path_, errno);
    return {};
  }

  Status keep(const std::vector<Range>& ranges) override {
    const std::string beside = path_ + ".new";
    const int made = ::open(beside.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made < 0) return errno_status("create", beside, errno);
    std::uint64_t size = 0;
    Status status = copy(ranges, made, size);
    if (status.ok() && ::fsync(made) != 0) status = errno_status("sync", beside, errno);
    if (status.ok() && ::rename(beside.c_str(), path_.c_str()) != 0) status = errno_status("rename", beside, errno);
    if (!status.ok()) {
      ::close(made);
      ::unlink(beside.c_str());
      return status;
    }
    ::close(fd_);
    fd_ = made;
    size_ = size;
    return sync_folder(std::filesystem::path(path_).parent_path().string());
  }

 private:
  // A place that was never written costs every sync of it more: the file system notes that it is in use now.
  Status fill(std::uint64_t begin, std::uint64_t end) const {
    const std::string zeros(std::min(kPieceBytes, end - begin), '\0');
    for (; begin < end; begin += zeros.size()) {
      TROUPE_RETURN_IF_ERROR(write_to(fd_, begin, std::string_view(zeros).substr(0, end - begin)));
    }
    return {};
  }

  Status write_to(int fd, std::uint64_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t wrote = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return errno_status("write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
      offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
  }

  Status copy(const std::vector<Range>& ranges, int to, std::uint64_t& size) const {
    for (const Range& range : ranges) {
      for (std::uint64_t done = 0; done < range.bytes;) {
        const std::uint64_t piece = std::min(kPieceBytes, range.bytes - done);
        TROUPE_ASSIGN_OR_RETURN(const std::string bytes, read({range.offset + done, piece}));
        TROUPE_RETURN_IF_ERROR(write_to(to, size, bytes));
        size += piece;
        done += piece;
      }
    }
    return {};
  }

  std::string path_;
  int fd_;
  std::uint64_t size_;
};

}  // namespace

Result<std::unique_ptr<LogFile>> open_log_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return errno_status("open", path, errno);
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    const int error = errno;
    ::close(fd);
    return errno_status("stat", path, error);
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  auto file = std::make_unique<PosixLogFile>(path, fd, static_cast<std::uint64_t>(info.st_size));
  TROUPE_RETURN_IF_ERROR(sync_folder(folder.empty() ? "." : folder));
  return std::unique_ptr<LogFile>(std::move(file));
}

}  // namespace troupe::agent
