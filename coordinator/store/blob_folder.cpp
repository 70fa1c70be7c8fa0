#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "coordinator/store/blob_folder_writer.h"
#include "coordinator/store/blob_halves.h"

namespace troupe::store {
namespace {

constexpr std::time_t kIdleSeconds = kBlobIdle.count() / 1000;

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + " bytes";
}

class BlobFolder final : public BlobStore {
 public:
  explicit BlobFolder(const std::string& root) : layout_(root), halves_(layout_.half_written()) {}

  Status open() { return halves_.open(); }

  bool has(const Digest& digest) const override {
    const std::string place = layout_.file(digest);
    struct stat info {};
    if (::stat(place.c_str(), &info) != 0) return false;
    if (std::time(nullptr) - info.st_mtime < kIdleSeconds / 2) return true;
    const std::lock_guard lock(idle_);
    return ::utimensat(AT_FDCWD, place.c_str(), nullptr, 0) == 0;
  }

  Result<std::uint64_t> size(const Digest& digest) const override {
    const std::string place = layout_.file(digest);
    struct stat info {};
    if (::stat(place.c_str(), &info) == 0) return static_cast<std::uint64_t>(info.st_size);
    return missing_or(errno_status("stat", place, errno), digest);
  }

  Result<std::unique_ptr<BlobWriter>> create(const Digest& digest, std::uint64_t bytes) override {
    if (bytes > limits::kMaxBlobBytes) {
      return Status(Code::kTooLarge, "blob " + digest.hex() + " has " + bytes_text(bytes) + ", the limit is " +
                                         bytes_text(limits::kMaxBlobBytes));
    }
    TROUPE_ASSIGN_OR_RETURN(FolderWriter::Half half, halves_.take(digest));
    return FolderWriter::open(layout_, digest, bytes, std::move(half));
  }

  Result<std::string> read(const Digest& digest, std::uint64_t offset, std::size_t most) const override {
    const std::string place = layout_.file(digest);
    const Descriptor file(::open(place.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return missing_or(errno_status("open", place, errno), digest);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return errno_status("stat", place, errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (offset >= size) return std::string();
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, size - offset)), '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
      const ssize_t more =
          ::pread(file.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return errno_status("read", place, errno);
      if (more == 0) break;
      got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
  }

  Status visit(const std::function<void(const Digest&, std::uint64_t)>& visit) const override {
    constexpr char kDigits[] = "0123456789abcdef";
    for (int first = 0; first < 256; ++first) {
      const std::string head = {kDigits[first / 16], kDigits[first % 16]};
      TROUPE_RETURN_IF_ERROR(visit_folder(head, visit));
    }
    return {};
  }

  Result<bool> remove_idle(const Digest& digest) override {
    const std::string place = layout_.file(digest);
    const std::lock_guard lock(idle_);
    struct stat info {};
    if (::stat(place.c_str(), &info) != 0) return false;
    if (std::time(nullptr) - info.st_mtime < kIdleSeconds) return false;
    if (::unlink(place.c_str()) != 0) return errno_status("remove", place, errno);
    return true;
  }

  Status forget_halves() override { return halves_.forget_old(); }

 private:
  static Status missing_or(Status status, const Digest& digest) {
    if (status.code() != Code::kNotFound) return status;
    return Status(Code::kNotFound, "there is no blob " + digest.hex());
  }

  Status visit_folder(const std::string& head, const std::function<void(const Digest&, std::uint64_t)>& visit) const {
    const std::string folder = layout_.root() + "/" + head;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), ::closedir);
    if (!listing) return errno == ENOENT ? Status() : errno_status("list", folder, errno);
    while (const dirent* entry = ::readdir(listing.get())) {
      const auto digest = Digest::from_hex(head + entry->d_name);
      if (!digest) continue;
      if (const auto bytes = size(*digest); bytes.ok()) visit(*digest, *bytes);
    }
    return {};
  }

  BlobLayout layout_;
  BlobHalves halves_;
  mutable std::mutex idle_;  // between a look at a blob's last use and its new one, or its end
};

}  // namespace

Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::string& path) {
  TROUPE_RETURN_IF_ERROR(make_folders(path, 0700));
  TROUPE_RETURN_IF_ERROR(sync_folder(path + "/.."));
  auto folder = std::make_unique<BlobFolder>(path);
  TROUPE_RETURN_IF_ERROR(folder->open());
  return std::unique_ptr<BlobStore>(std::move(folder));
}

std::unique_ptr<const BlobStore> open_blob_folder_to_read(const std::string& path) {
  return std::make_unique<BlobFolder>(path);
}

}  // namespace troupe::store
