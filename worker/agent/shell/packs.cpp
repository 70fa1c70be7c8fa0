#include "worker/agent/shell/packs.h"

#include <algorithm>
#include <filesystem>

#include "common/manifest/pack_facts.h"

namespace troupe::agent {
namespace {

namespace fs = std::filesystem;

bool looks_like_a_pack(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "model_index.json", error) || fs::exists(folder / "sd" / "model_index.json", error) ||
         fs::exists(folder / "pack.lock", error);
}

void add(LocalPacks& found, const fs::path& folder) {
  const auto facts = manifest::read_pack_facts(folder.string());
  if (!facts.ok()) {
    found.troubles.push_back("the pack " + folder.string() + " is not offered: " + facts.status().to_string());
    return;
  }
  const auto [at, added] =
      found.packs.try_emplace(facts->name, LocalPack{folder.string(), {facts->name, facts->digest, facts->vae_scale}});
  if (!added && at->second.folder != folder.string()) {
    found.troubles.push_back("the pack " + folder.string() + " is not offered: " + at->second.folder +
                             " has the same name");
  }
}

}  // namespace

LocalPacks find_packs(const std::vector<std::string>& folders) {
  LocalPacks found;
  for (const std::string& folder : folders) {
    std::error_code error;
    const fs::path path = fs::absolute(folder).lexically_normal();
    if (!fs::is_directory(path, error)) {
      found.troubles.push_back("no folder " + path.string() + " to look for packs in");
      continue;
    }
    if (looks_like_a_pack(path)) {
      add(found, path);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(path, error)) {
      if (entry.is_directory(error) && looks_like_a_pack(entry.path())) inside.push_back(entry.path());
    }
    std::sort(inside.begin(), inside.end());
    for (const fs::path& pack : inside) add(found, pack);
  }
  return found;
}

}  // namespace troupe::agent
