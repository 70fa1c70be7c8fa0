#include "coordinator/store/blob_halves.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/files.h"
#include "common/base/limits.h"

namespace troupe::store {
namespace {

constexpr std::string_view kEnding = ".part";
constexpr std::time_t kKeepSeconds = kBlobIdle.count() / 1000;

std::optional<Digest> digest_of(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  return Digest::from_hex(name.substr(0, name.size() - kEnding.size()));
}

Status for_each_file(const std::string& folder, const std::function<Status(const std::string& name)>& visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), ::closedir);
  if (!listing) return errno_status("list", folder, errno);
  while (const dirent* entry = ::readdir(listing.get())) {
    if (entry->d_name[0] != '.') TROUPE_RETURN_IF_ERROR(visit(entry->d_name));
  }
  return {};
}

}  // namespace

Status BlobHalves::open() {
  TROUPE_RETURN_IF_ERROR(make_folders(folder_, 0700));
  return for_each_file(folder_, [&](const std::string& name) {
    const std::string file = folder_ + "/" + name;
    if (digest_of(name) && !is_old(file)) return Status();
    return ::unlink(file.c_str()) == 0 || errno == ENOENT ? Status() : errno_status("remove", file, errno);
  });
}

Status BlobHalves::forget_old() {
  const std::lock_guard lock(mutex_);
  return for_each_file(folder_, [&](const std::string& name) {
    const auto digest = digest_of(name);
    const std::string file = folder_ + "/" + name;
    if (!digest || writing_.contains(*digest) || !is_old(file)) return Status();
    return ::unlink(file.c_str()) == 0 || errno == ENOENT ? Status() : errno_status("remove", file, errno);
  });
}

bool BlobHalves::is_old(const std::string& file) const {
  struct stat info {};
  return ::stat(file.c_str(), &info) != 0 || std::time(nullptr) - info.st_mtime >= kKeepSeconds;
}

Result<FolderWriter::Half> BlobHalves::take(const Digest& digest) {
  const std::lock_guard lock(mutex_);
  const bool is_free = !writing_.contains(digest);
  // Two writers of one digest have files of their own; the last to finish renames over equal bytes.
  FolderWriter::Half half;
  half.path = is_free ? path(digest) : folder_ + "/" + digest.hex() + "." + std::to_string(next_++);
  if (is_free) make_room();
  half.file = Descriptor(::open(half.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | (is_free ? 0 : O_TRUNC), 0600));
  if (!half.file.valid()) return errno_status("create", half.path, errno);
  half.keep = is_free;
  if (is_free) {
    writing_.insert(digest);
    half.release = [this, digest] {
      const std::lock_guard again(mutex_);
      writing_.erase(digest);
    };
  }
  return half;
}

void BlobHalves::make_room() {
  std::vector<std::pair<std::time_t, std::string>> kept;
  static_cast<void>(for_each_file(folder_, [&](const std::string& name) {
    const auto digest = digest_of(name);
    struct stat info {};
    const std::string file = folder_ + "/" + name;
    if (digest && !writing_.contains(*digest) && ::stat(file.c_str(), &info) == 0) {
      kept.emplace_back(info.st_mtime, file);
    }
    return Status();
  }));
  if (kept.size() < limits::kMaxKeptHalves) return;
  std::sort(kept.begin(), kept.end());
  kept.resize(kept.size() - limits::kMaxKeptHalves + 1);
  for (const auto& [age, file] : kept) ::unlink(file.c_str());
}

}  // namespace troupe::store
