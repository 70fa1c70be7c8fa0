#include "common/manifest/reference.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/base/files.h"
#include "common/base/hash.h"
#include "common/base/limits.h"

namespace troupe::manifest {
namespace {

namespace fs = std::filesystem;

// True when the existing file `path` lies below `root` once all links are followed.
bool lies_below(const fs::path& root, const fs::path& path) {
  std::error_code error;
  const fs::path real_root = fs::canonical(root, error);
  if (error) return false;
  const fs::path real_path = fs::canonical(path, error);
  if (error) return false;
  const auto [at, unused] = std::mismatch(real_root.begin(), real_root.end(), real_path.begin(), real_path.end());
  return at == real_root.end();
}

bool is_picture(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  char start[8] = {};
  file.read(start, sizeof start);
  const std::string_view bytes(start, static_cast<std::size_t>(file.gcount()));
  return bytes == std::string_view("\x89PNG\r\n\x1a\n", 8) || bytes.starts_with("\xff\xd8\xff");
}

fs::path root_path(const std::string& root) {
  return root.empty() ? fs::path(".") : fs::path(root);
}

// Adds what `parts[part...]` names below root/folder.
void match(const fs::path& root, const std::string& folder, const std::vector<std::string>& parts, std::size_t part,
           std::vector<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator at(root / folder, error), end; !error && at != end; at.increment(error)) {
    if (found.size() > limits::kMaxIncludeFiles) return;
    const std::string name = at->path().filename().string();
    if (::fnmatch(parts[part].c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
    const std::string path = folder.empty() ? name : folder + "/" + name;
    std::error_code ignored;
    if (part + 1 < parts.size()) {
      if (at->is_directory(ignored)) match(root, path, parts, part + 1, found);
    } else if (at->is_regular_file(ignored)) {
      found.push_back(path);
    }
  }
}

}  // namespace

Result<ReferenceFile> open_reference(const std::string& root, const std::string& path, const Place& place,
                                     const std::string& key) {
  const auto refused = [&](const std::string& why) {
    return Status(Code::kInvalid, key + ": " + path + " " + why, place);
  };
  const fs::path full = root_path(root) / path;
  std::error_code error;
  const fs::file_status status = fs::status(full, error);
  if (!fs::exists(status)) return refused("is not there (looked for " + full.string() + ")");
  if (!fs::is_regular_file(status)) return refused("is no file");
  if (!lies_below(root_path(root), full)) return refused("leads out of the manifest's folder");
  const std::uintmax_t size = fs::file_size(full, error);
  if (error || size > limits::kMaxBlobBytes) {
    return refused("has more than " + std::to_string(limits::kMaxBlobBytes >> 20) + " MiB");
  }
  if (!is_picture(full)) return refused("is neither PNG nor JPEG, or cannot be read");
  const auto digest = sha256_file(full.string());
  if (!digest.ok()) return refused("cannot be read: " + digest.status().message());
  return ReferenceFile{*digest, full.string()};
}

Result<std::vector<std::string>> find_files(const std::string& root, const std::string& pattern, const Place& place) {
  if (!is_confined(pattern)) {
    return Status(Code::kInvalid,
                  "include takes paths below the manifest's folder, without \"..\", not \"" + pattern + "\"", place);
  }
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= pattern.size();) {
    const std::size_t slash = std::min(pattern.find('/', start), pattern.size());
    parts.push_back(pattern.substr(start, slash - start));
    start = slash + 1;
  }
  std::vector<std::string> found;
  match(root_path(root), "", parts, 0, found);
  if (found.empty()) return Status(Code::kInvalid, "include: no file matches \"" + pattern + "\"", place);
  if (found.size() > limits::kMaxIncludeFiles) {
    return Status(
        Code::kInvalid,
        "include: \"" + pattern + "\" matches more than " + std::to_string(limits::kMaxIncludeFiles) + " files", place);
  }
  for (const std::string& path : found) {
    if (!lies_below(root_path(root), root_path(root) / path)) {
      return Status(Code::kInvalid, "include: " + path + " leads out of the manifest's folder", place);
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace troupe::manifest
