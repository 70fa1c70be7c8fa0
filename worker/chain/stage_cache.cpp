#include "worker/chain/stage_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

#include "common/base/files.h"

namespace troupe::chain {
namespace {

namespace fs = std::filesystem;

constexpr char kWritten[] = ".part";            // ends the name of a file being written
constexpr std::chrono::minutes kAbandoned{10};  // after which nobody writes it any more
constexpr std::uint64_t kLargestShare = 4;      // an entry may take this part of the cache
constexpr double kTrimmed = 0.9;                // what is left of the bound after a trim

struct Entry {
  fs::path path;
  std::uint64_t bytes = 0;
  fs::file_time_type used;
};

// What lies in the folder; files that nobody finished are deleted.
std::vector<Entry> entries_of(const std::string& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code gone;
    Entry entry{at->path(), at->file_size(gone), at->last_write_time(gone)};
    if (gone) continue;
    if (entry.path.extension() != kWritten) {
      entries.push_back(std::move(entry));
    } else if (entry.used + kAbandoned < fs::file_time_type::clock::now()) {
      fs::remove(entry.path, gone);
    }
  }
  return entries;
}

Status write_whole(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? Status() : errno_status("write", path, errno);
}

}  // namespace

Result<std::unique_ptr<StageCache>> StageCache::open(const std::string& folder, std::uint64_t most_bytes) {
  TROUPE_RETURN_IF_ERROR(make_folders(folder, 0700));
  std::unique_ptr<StageCache> cache(new StageCache(folder, most_bytes));
  cache->trim();
  return cache;
}

std::string StageCache::path_of(const Digest& key) const {
  return folder_ + "/" + key.hex();
}

std::optional<Frame> StageCache::get(const Digest& key) {
  const std::string path = path_of(key);
  const auto bytes = read_file(path, most_bytes_);
  if (!bytes.ok()) return std::nullopt;
  auto frame = unpack_frame(*bytes);
  if (!frame.ok()) {
    ::unlink(path.c_str());
    return std::nullopt;
  }
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  return std::move(frame).value();
}

Status StageCache::put(const Digest& key, const Frame& frame) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, pack_frame(frame));
  if (bytes.size() > most_bytes_ / kLargestShare) return {};
  const std::string path = path_of(key);
  const std::string part = path + "-" + std::to_string(::getpid()) + "-" + std::to_string(++writes_) + kWritten;
  Status status = write_whole(part, bytes);
  if (status.ok() && ::rename(part.c_str(), path.c_str()) != 0) status = errno_status("rename to", path, errno);
  if (!status.ok()) {
    ::unlink(part.c_str());
    return status;
  }
  if ((unseen_ += bytes.size()) > most_bytes_ / kScanShare) trim();
  return {};
}

void StageCache::trim() {
  const std::lock_guard lock(mutex_);
  unseen_ = 0;
  std::vector<Entry> entries = entries_of(folder_);
  std::uint64_t sum = 0;
  for (const Entry& entry : entries) sum += entry.bytes;
  if (sum <= most_bytes_) return;
  std::ranges::sort(entries, {}, &Entry::used);
  const auto wanted = static_cast<std::uint64_t>(static_cast<double>(most_bytes_) * kTrimmed);
  for (const Entry& entry : entries) {
    if (sum <= wanted) break;
    std::error_code ignored;
    fs::remove(entry.path, ignored);
    sum -= entry.bytes;
  }
}

}  // namespace troupe::chain
