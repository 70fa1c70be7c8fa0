#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "coordinator/store/blob_folder_writer.h"

namespace troupe::store {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + " bytes";
}

class BlobFolder final : public BlobStore {
 public:
  explicit BlobFolder(const std::string& root) : layout_(root) {}

  bool has(const Digest& digest) const override { return size(digest).ok(); }

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
    // Two writers of one digest have files of their own; the last to finish renames over equal bytes.
    std::string half = layout_.half_written() + "/" + digest.hex() + "." + std::to_string(next_++);
    Descriptor file(::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.valid()) return errno_status("create", half, errno);
    return std::unique_ptr<BlobWriter>(
        std::make_unique<FolderWriter>(layout_, digest, bytes, std::move(half), std::move(file)));
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

 private:
  static Status missing_or(Status status, const Digest& digest) {
    if (status.code() != Code::kNotFound) return status;
    return Status(Code::kNotFound, "there is no blob " + digest.hex());
  }

  BlobLayout layout_;
  std::atomic<std::uint64_t> next_{0};
};

Status remove_halves(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), ::closedir);
  if (!listing) return errno_status("list", folder, errno);
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string path = folder + "/" + entry->d_name;
    if (entry->d_name[0] != '.' && ::unlink(path.c_str()) != 0) return errno_status("remove", path, errno);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::string& path) {
  TROUPE_RETURN_IF_ERROR(make_folders(path + "/tmp", 0700));
  TROUPE_RETURN_IF_ERROR(sync_folder(path + "/.."));
  TROUPE_RETURN_IF_ERROR(remove_halves(path + "/tmp"));
  return std::unique_ptr<BlobStore>(std::make_unique<BlobFolder>(path));
}

}  // namespace troupe::store
