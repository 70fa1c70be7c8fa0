#include "coordinator/cli/local_packs.h"

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "coordinator/cli/references.h"

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> folders() {
  std::vector<std::string> found;
  if (const char* listed = std::getenv("TROUPE_PACKS"); listed && *listed) {
    const std::string text = listed;
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t end = std::min(text.find(':', start), text.size());
      if (end > start) found.push_back(text.substr(start, end - start));
      start = end + 1;
    }
    return found;
  }
  std::error_code ignored;
  std::vector<fs::path> candidates = {fs::current_path(ignored) / "configs/packs"};
  // build/<preset>/bin/troupe -> the project's root
  const fs::path self = fs::read_symlink("/proc/self/exe", ignored);
  candidates.push_back(self.parent_path().parent_path().parent_path().parent_path() / "configs/packs");
  for (const auto& candidate : candidates) {
    if (fs::is_directory(candidate, ignored) && (found.empty() || !fs::equivalent(found.front(), candidate, ignored))) {
      found.push_back(candidate.string());
    }
  }
  return found;
}

}  // namespace

std::optional<std::string> find_pack(const std::string& name) {
  std::error_code ignored;
  for (const std::string& folder : folders()) {
    const fs::path pack = fs::path(folder) / name;
    if (fs::is_directory(pack, ignored)) return pack.string();
  }
  return std::nullopt;
}

std::string pack_folders() {
  std::string text;
  for (const std::string& folder : folders()) text += (text.empty() ? "" : ":") + folder;
  return text;
}

Result<manifest::Manifest> load_manifest(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(manifest::Manifest manifest, manifest::Manifest::load(path));
  if (const auto pack = find_pack(manifest.pack())) {
    TROUPE_ASSIGN_OR_RETURN(const manifest::PackFacts facts, manifest::read_pack_facts(*pack));
    TROUPE_RETURN_IF_ERROR(manifest::check_pack(manifest, facts));
  }
  TROUPE_RETURN_IF_ERROR(check_references(manifest));
  return manifest;
}

}  // namespace troupe::cli
