#include "worker/agent/shell/references.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "common/base/files.h"

namespace troupe::agent {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<References> References::open(const std::string& folder, std::uint64_t most_bytes) {
  TROUPE_RETURN_IF_ERROR(make_folders(folder, 0700));
  return References(folder, most_bytes);
}

bool References::has(const Digest& digest) {
  const std::string file = path(digest);
  if (::access(file.c_str(), R_OK) != 0) return false;
  if (!checked_.contains(digest)) {
    const auto found = sha256_file(file);
    if (!found.ok() || *found != digest) {
      ::unlink(file.c_str());
      return false;
    }
    checked_.insert(digest);
  }
  ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
  return true;
}

void References::arrived(const Digest& digest, const std::set<Digest>& needed) {
  checked_.insert(digest);
  struct File {
    fs::path path;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
  };
  std::vector<File> files;
  std::uint64_t sum = 0;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder_, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::error_code gone;
    File file{at->path(), at->file_size(gone), at->last_write_time(gone)};
    if (gone) continue;
    sum += file.bytes;
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, {}, &File::used);
  for (const File& file : files) {
    if (sum <= most_bytes_) return;
    const auto name = Digest::from_hex(file.path.filename().string());
    if (name && (needed.contains(*name) || *name == digest)) continue;
    std::error_code ignored;
    fs::remove(file.path, ignored);
    if (name) checked_.erase(*name);
    sum -= file.bytes;
  }
}

}  // namespace troupe::agent
