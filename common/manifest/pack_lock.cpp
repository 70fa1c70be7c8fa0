#include "common/manifest/pack_lock.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "common/base/files.h"
#include "common/base/hash.h"
#include "common/base/limits.h"

namespace troupe::manifest {
namespace {

namespace fs = std::filesystem;

std::string write_lock(const std::map<std::string, Digest>& files) {
  std::string text;
  for (const auto& [path, digest] : files) text += digest.hex() + "  " + path + "\n";
  return text;
}

}  // namespace

Result<std::string> make_pack_lock(const std::string& folder) {
  std::map<std::string, Digest> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error), end;
  for (; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.')) {
      if (at->is_directory(ignored)) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(ignored)) continue;
    const std::string path = at->path().lexically_relative(folder).generic_string();
    if (path == "pack.lock" || path == "README.md") continue;
    if (!is_confined(path))
      return Status(Code::kInvalid, "a pack's file has a name that no lock can hold: " + path, Place{folder});
    if (files.size() == limits::kMaxPackFiles) {
      return Status(Code::kTooLarge, folder + " has more than " + std::to_string(limits::kMaxPackFiles) + " files",
                    Place{folder});
    }
    TROUPE_ASSIGN_OR_RETURN(files[path], sha256_file(at->path().string()));
  }
  if (error) return Status(Code::kIo, "cannot list " + folder + ": " + error.message(), Place{folder});
  return write_lock(files);
}

Result<std::string> canonical_pack_lock(std::string_view text) {
  std::map<std::string, Digest> files;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) continue;
    const auto corrupt = [&](const std::string& why) {
      return Status(Code::kCorrupt, "pack.lock: " + why, Place{"pack.lock", number, 1});
    };
    const auto digest = Digest::from_hex(line.substr(0, std::min<std::size_t>(line.size(), 64)));
    if (!digest || line.size() < 67 || line.substr(64, 2) != "  ") {
      return corrupt("a line is 64 hexadecimal digits, two spaces and a path");
    }
    const std::string path(line.substr(66));
    if (!is_confined(path)) return corrupt("\"" + path + "\" leads out of the pack");
    if (!files.emplace(path, *digest).second) return corrupt(path + " stands there twice");
    if (files.size() > limits::kMaxPackFiles) {
      return corrupt("more than " + std::to_string(limits::kMaxPackFiles) + " files");
    }
  }
  if (files.empty()) return Status(Code::kCorrupt, "pack.lock is empty", Place{"pack.lock"});
  return write_lock(files);
}

Result<std::string> read_or_make_pack_lock(const std::string& folder) {
  const std::string path = folder + "/pack.lock";
  const auto text = read_file(path, limits::kMaxPackConfigBytes);
  if (text.ok()) {
    const auto lock = canonical_pack_lock(*text);
    if (!lock.ok()) {
      return Status(lock.status().code(), lock.status().message(), Place{path, lock.status().place()->line, 1});
    }
    return lock;
  }
  if (text.status().code() != Code::kNotFound) return text.status();
  return make_pack_lock(folder);
}

}  // namespace troupe::manifest
