#include "common/manifest/manifest.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"
#include "common/manifest/reference.h"

namespace troupe::manifest {
namespace {

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

Result<Node> read_document(const std::string& path, DocumentBudget& budget) {
  const auto text = read_file(path, limits::kMaxManifestBytes);
  if (!text.ok()) return Status(Code::kInvalid, text.status().message(), Place{path});
  return parse_yaml(*text, path, budget);
}

Result<std::vector<IncludedFile>> read_includes(const Node& root, const std::string& folder, DocumentBudget& budget) {
  std::vector<IncludedFile> files;
  const Node* include = root.find("include");
  if (!include) return files;
  TROUPE_RETURN_IF_ERROR(
      check_list(*include, "include", "a list of paths, such as [characters/*.yaml]", limits::kMaxIncludeFiles));
  std::set<std::string> seen;
  for (const Node& item : include->items) {
    TROUPE_ASSIGN_OR_RETURN(const std::string pattern, read_text(item, "include", limits::kMaxPathBytes));
    TROUPE_ASSIGN_OR_RETURN(const std::vector<std::string> paths, find_files(folder, pattern, item.place()));
    for (const std::string& path : paths) {
      if (!seen.insert(path).second) continue;
      if (seen.size() > limits::kMaxIncludeFiles) {
        return error_at(item, "include names more than " + std::to_string(limits::kMaxIncludeFiles) + " files");
      }
      TROUPE_ASSIGN_OR_RETURN(Node file, read_document(folder.empty() ? path : folder + "/" + path, budget));
      files.push_back({std::move(file), folder_of(path)});
    }
  }
  return files;
}

}  // namespace

const NamedPrompt* PromptGroup::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(entries, name, {}, &NamedPrompt::name);
  return found != entries.end() && found->name == name ? &*found : nullptr;
}

Result<Manifest> Manifest::load(const std::string& path) {
  DocumentBudget budget;
  const std::string folder = folder_of(path);
  TROUPE_ASSIGN_OR_RETURN(const Node root, read_document(path, budget));
  TROUPE_ASSIGN_OR_RETURN(const std::vector<IncludedFile> includes, read_includes(root, folder, budget));
  return parse_manifest(root, includes, {false, folder, ""});
}

Result<Manifest> Manifest::from_resolved(std::string_view json) {
  DocumentBudget budget;
  TROUPE_ASSIGN_OR_RETURN(const Node root, parse_json(json, "resolved manifest", budget));
  return parse_manifest(root, {}, {true, "", ""});
}

const std::string& Manifest::resolved() const {
  return data_->resolved;
}
const Digest& Manifest::digest() const {
  return data_->digest;
}
const std::string& Manifest::name() const {
  return data_->name;
}
const std::string& Manifest::project() const {
  return data_->project;
}
int Manifest::priority() const {
  return data_->priority;
}
const std::string& Manifest::pack() const {
  return data_->pack;
}
const std::vector<PromptGroup>& Manifest::groups() const {
  return data_->groups;
}
const std::optional<std::string>& Manifest::prompt() const {
  return data_->prompt;
}
const std::optional<std::string>& Manifest::negative() const {
  return data_->negative;
}
const Sweep& Manifest::sweep() const {
  return data_->sweep;
}
const std::vector<std::string>& Manifest::require_tags() const {
  return data_->require_tags;
}
const std::string& Manifest::require_pool() const {
  return data_->require_pool;
}
const std::vector<StageSpec>& Manifest::chain() const {
  return data_->chain;
}
const std::vector<std::string>& Manifest::keep() const {
  return data_->keep;
}
const std::optional<Select>& Manifest::select() const {
  return data_->select;
}
const Gates& Manifest::gates() const {
  return data_->gates;
}
const Limits& Manifest::limits() const {
  return data_->limits;
}
const Output& Manifest::output() const {
  return data_->output;
}
const std::optional<Notify>& Manifest::notify() const {
  return data_->notify;
}
const std::vector<ReferenceFile>& Manifest::reference_files() const {
  return data_->reference_files;
}

const PromptGroup* Manifest::find_group(std::string_view key) const {
  const auto found = std::ranges::find(data_->groups, key, &PromptGroup::key);
  return found == data_->groups.end() ? nullptr : &*found;
}

Place Manifest::axis_value_place(std::string_view axis, Digit digit) const {
  const auto places = data_->axis_places.find(axis);
  return places != data_->axis_places.end() && digit < places->second.size() ? places->second[digit] : Place{};
}

Place Manifest::place_of(std::string_view key) const {
  const auto found = data_->places.find(key);
  return found == data_->places.end() ? Place{} : found->second;
}

std::vector<Digest> Manifest::reference_digests() const {
  std::set<Digest> digests;
  for (const PromptGroup& group : data_->groups) {
    for (const NamedPrompt& entry : group.entries) {
      if (entry.reference) digests.insert(entry.reference->digest);
    }
  }
  return {digests.begin(), digests.end()};
}

}  // namespace troupe::manifest
