#include "common/manifest/groups.h"

#include <algorithm>

#include "common/base/files.h"
#include "common/base/hash.h"
#include "common/base/limits.h"
#include "common/manifest/reader.h"
#include "common/manifest/reference.h"

namespace troupe::manifest {
namespace {

const std::vector<std::string> kEntryKeys = {"prompt", "negative", "reference", "consent"};

// A named prompt is inserted as it stands: a name in braces would stay in the picture's prompt unseen.
Status check_plain(const Node& node, const std::string& key, const std::string& text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.find('}', open == text.npos ? 0 : open);
  if (open == text.npos || close == text.npos || !is_name(std::string_view(text).substr(open + 1, close - open - 1))) {
    return {};
  }
  return error_at(node, key + " is inserted as it stands: \"" +
                            text.substr(open, std::min<std::size_t>(close - open + 1, 60)) +
                            "\" would not be filled; names in braces belong into the manifest's prompt or a stage's");
}

Result<Reference> read_resolved_reference(const Node& node, const std::string& key) {
  static const std::vector<std::string> known = {"path", "sha256"};
  TROUPE_RETURN_IF_ERROR(check_keys(node, key, known));
  const Node* path = node.find("path");
  const Node* digest = node.find("sha256");
  if (!path || !digest) return error_at(node, key + " needs path and sha256");
  Reference reference;
  TROUPE_ASSIGN_OR_RETURN(reference.path, read_text(*path, key + ".path", limits::kMaxPathBytes));
  const auto parsed = Digest::from_hex(digest->text);
  if (!parsed || !is_confined(reference.path)) return error_at(node, key + " is no reference");
  reference.digest = *parsed;
  return reference;
}

Result<Reference> read_reference(const Node& node, const std::string& key, const ReferenceSource& source) {
  if (source.resolved) return read_resolved_reference(node, key);
  TROUPE_ASSIGN_OR_RETURN(const std::string path, read_text(node, key, limits::kMaxPathBytes));
  if (!is_confined(path)) {
    return error_at(node, key + " takes a path below the folder of this file, without \"..\", not \"" + path + "\"");
  }
  return Reference{source.folder.empty() ? path : source.folder + "/" + path, {}};
}

Result<DraftEntry> read_entry(const Node& node, const std::string& key, const ReferenceSource& source) {
  DraftEntry entry;
  const Node* prompt = &node;
  if (!node.is_scalar()) {
    if (node.kind != Node::Kind::kMap) {
      return takes(node, key, "a text or a map of " + join(kEntryKeys));
    }
    TROUPE_RETURN_IF_ERROR(check_keys(node, key, kEntryKeys));
    prompt = node.find("prompt");
    if (!prompt) return error_at(node, key + " needs a prompt");
  }
  const std::string prompt_key = prompt == &node ? key : key + ".prompt";
  TROUPE_ASSIGN_OR_RETURN(entry.prompt.prompt, read_text(*prompt, prompt_key, limits::kMaxPromptBytes));
  TROUPE_RETURN_IF_ERROR(check_plain(*prompt, prompt_key, entry.prompt.prompt));
  if (const Node* negative = node.find("negative")) {
    TROUPE_ASSIGN_OR_RETURN(entry.prompt.negative, read_text(*negative, key + ".negative", limits::kMaxPromptBytes));
    TROUPE_RETURN_IF_ERROR(check_plain(*negative, key + ".negative", entry.prompt.negative));
  }
  if (const Node* consent = node.find("consent")) {
    TROUPE_ASSIGN_OR_RETURN(entry.prompt.consent, read_text(*consent, key + ".consent", limits::kMaxConsentBytes));
  }
  if (const Node* reference = node.find("reference")) {
    TROUPE_ASSIGN_OR_RETURN(entry.prompt.reference, read_reference(*reference, key + ".reference", source));
    entry.reference_place = reference->place();
  }
  return entry;
}

}  // namespace

const std::vector<std::string>& usual_groups() {
  static const std::vector<std::string> groups = {"characters", "products", "poses", "scenes", "outfits"};
  return groups;
}

std::vector<std::string> group_keys_of(std::string_view axis) {
  const std::string name(axis);
  std::vector<std::string> keys = {name + "s", name + "es", name};
  if (name.ends_with('y')) keys.push_back(name.substr(0, name.size() - 1) + "ies");
  return keys;
}

std::string axis_of_group(std::string_view key) {
  std::string name(key);
  if (name.ends_with("ies")) return name.substr(0, name.size() - 3) + "y";
  if (name.ends_with("sses") || name.ends_with("xes") || name.ends_with("ches") || name.ends_with("shes")) {
    return name.substr(0, name.size() - 2);
  }
  if (name.ends_with('s')) name.pop_back();
  return name;
}

Status DraftGroups::add(const std::string& key, const Node& node, const ReferenceSource& source, bool included) {
  if (node.kind != Node::Kind::kMap) return takes(node, key, "a map from names to prompts");
  Entries& entries = groups_[key];
  for (const MapEntry& item : node.map) {
    if (!is_name(item.key)) {
      return Status(Code::kInvalid,
                    key + ": \"" + item.key.substr(0, 60) +
                        "\" is no name; names have letters, digits, \"_\", \"-\" and " + "\".\", at most " +
                        std::to_string(limits::kMaxNameBytes) + ", and do not start with \".\"",
                    item.place());
    }
    if (const auto before = entries.find(item.key); before != entries.end()) {
      const Place& place = before->second.place;
      return Status(
          Code::kInvalid,
          key + "." + item.key + " is there already, in " + place.file + " line " + std::to_string(place.line),
          item.place());
    }
    TROUPE_ASSIGN_OR_RETURN(DraftEntry entry, read_entry(item.value, key + "." + item.key, source));
    entry.prompt.name = item.key;
    entry.place = item.place();
    entry.included = included;
    entries.emplace(item.key, std::move(entry));
  }
  return {};
}

std::vector<std::string> DraftGroups::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, entries] : groups_) keys.push_back(key);
  return keys;
}

std::vector<std::string> DraftGroups::names(const std::string& key) const {
  std::vector<std::string> names;
  if (const auto group = groups_.find(key); group != groups_.end()) {
    for (const auto& [name, entry] : group->second) names.push_back(name);
  }
  return names;
}

DraftEntry* DraftGroups::find(const std::string& key, std::string_view name) {
  const auto group = groups_.find(key);
  if (group == groups_.end()) return nullptr;
  const auto entry = group->second.find(name);
  return entry == group->second.end() ? nullptr : &entry->second;
}

Result<std::vector<PromptGroup>> DraftGroups::finish(const ReferenceSource& source, std::vector<ReferenceFile>& files) {
  std::map<std::string, ReferenceFile> by_path;
  std::map<Digest, ReferenceFile> by_digest;
  std::vector<PromptGroup> finished;
  for (auto& [key, entries] : groups_) {
    PromptGroup group{key, {}};
    for (auto& [name, entry] : entries) {
      // An unused entry of a library may lack its picture; one that the manifest itself holds may not.
      if (entry.prompt.reference && !source.resolved && (entry.used || !entry.included)) {
        Reference& reference = *entry.prompt.reference;
        auto known = by_path.find(reference.path);
        if (known == by_path.end()) {
          TROUPE_ASSIGN_OR_RETURN(ReferenceFile file, open_reference(source.root, reference.path, entry.reference_place,
                                                                     key + "." + name + ".reference"));
          known = by_path.emplace(reference.path, std::move(file)).first;
        }
        reference.digest = known->second.digest;
        if (entry.used && !by_digest.contains(reference.digest)) {
          by_digest[reference.digest] = {reference.digest, known->second.path, key + "." + name + ".reference",
                                         entry.reference_place};
        }
      }
      if (entry.used) group.entries.push_back(std::move(entry.prompt));
    }
    if (!group.entries.empty()) finished.push_back(std::move(group));
  }
  for (auto& [digest, file] : by_digest) files.push_back(std::move(file));
  return finished;
}

}  // namespace troupe::manifest
