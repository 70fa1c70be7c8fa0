#include "common/manifest/pack_models.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "common/base/limits.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

Result<std::string> read_path(const Node& node, const std::string& key) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_text(node, key, limits::kMaxPathBytes));
  const std::filesystem::path path(text);
  const bool leaves = std::ranges::any_of(path, [](const auto& part) { return part == ".."; });
  if (text.empty() || path.is_absolute() || leaves) {
    return takes(node, key, "a path inside the pack, such as \"sd\"");
  }
  std::string normal = path.lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

Result<PackModel> read_model(const MapEntry& entry) {
  const std::string key = "models." + entry.key;
  if (!is_name(entry.key)) return Status(Code::kInvalid, key + ": not a name", entry.place());
  TROUPE_RETURN_IF_ERROR(check_keys(entry.value, key, std::vector<std::string>{"kind", "path"}));
  const Node* kind = entry.value.find("kind");
  const Node* path = entry.value.find("path");
  if (!kind || !path) return error_at(entry.value, key + " takes {kind, path}");
  PackModel model{entry.key, {}, {}};
  TROUPE_ASSIGN_OR_RETURN(model.kind, read_choice(*kind, key + ".kind", pack_model_kinds()));
  TROUPE_ASSIGN_OR_RETURN(model.path, read_path(*path, key + ".path"));
  return model;
}

}  // namespace

const std::vector<std::string>& pack_model_kinds() {
  static const std::vector<std::string> kinds = {"diffusion", "segment", "face", "upscale", "vae"};
  return kinds;
}

Result<PackModels> read_pack_models(std::string_view text, const std::string& file) {
  DocumentBudget budget;
  TROUPE_ASSIGN_OR_RETURN(const Node root, parse_yaml(text, file, budget));
  TROUPE_RETURN_IF_ERROR(
      check_keys(root, "", std::vector<std::string>{"troupe_pack", "name", "license", "models", "identity_threshold"}));
  const Node* version = root.find("troupe_pack");
  if (!version) return error_at(root, "troupe_pack: 1 is missing: it says which form of pack.yaml this is");
  TROUPE_RETURN_IF_ERROR(read_integer(*version, "troupe_pack", 1, 1).status());
  if (const Node* name = root.find("name")) TROUPE_RETURN_IF_ERROR(read_name(*name, "name").status());
  PackModels pack;
  if (const Node* license = root.find("license")) {
    TROUPE_ASSIGN_OR_RETURN(pack.license, read_text(*license, "license", limits::kMaxNameBytes));
  }
  if (const Node* threshold = root.find("identity_threshold")) {
    TROUPE_ASSIGN_OR_RETURN(pack.identity_threshold, read_number(*threshold, "identity_threshold", -1, 1));
  }
  const Node* models = root.find("models");
  if (!models || models->kind != Node::Kind::kMap || models->map.empty()) {
    return error_at(models ? *models : root,
                    "models takes a map of the pack's models, such as sd: {kind: diffusion, path: sd}");
  }
  for (const MapEntry& entry : models->map) {
    TROUPE_ASSIGN_OR_RETURN(PackModel model, read_model(entry));
    pack.models.push_back(std::move(model));
  }
  return pack;
}

std::vector<PackFile> pack_files(std::string_view lock, const std::string& path) {
  std::vector<PackFile> files;
  std::istringstream lines{std::string(lock)};
  for (std::string hex, file; lines >> hex && std::getline(lines >> std::ws, file);) {
    const auto digest = Digest::from_hex(hex);
    if (digest && (path == "." || file == path || file.starts_with(path + "/"))) files.push_back({file, *digest});
  }
  return files;
}

}  // namespace troupe::manifest
