// Named prompts as they are gathered from a manifest and its includes. Inside this library only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/document.h"
#include "common/manifest/manifest.h"

namespace troupe::manifest {

// Where references lie, and whether they come as paths (a manifest) or with a digest (its resolved form).
struct ReferenceSource {
  bool resolved = false;
  std::string root;    // the manifest's folder; references may not leave it
  std::string folder;  // of the file that names them, relative to root; empty for root itself
};

struct DraftEntry {
  NamedPrompt prompt;  // a reference's digest is zero until it is hashed
  Place place;         // of its name
  Place reference_place;
  bool included = false;
  bool used = false;
};

// The groups that are known without an axis asking for them.
const std::vector<std::string>& usual_groups();
// The keys that could hold the group of an axis: of "pose" they are poses, posees, pose.
std::vector<std::string> group_keys_of(std::string_view axis);
// "characters" -> "character": what its axis would be called.
std::string axis_of_group(std::string_view key);

class DraftGroups {
 public:
  // One group from one file. kInvalid for anything but names with prompts, and for a name that is there already.
  Status add(const std::string& key, const Node& node, const ReferenceSource& source, bool included);

  bool has(const std::string& key) const { return groups_.contains(key); }
  std::vector<std::string> keys() const;
  std::vector<std::string> names(const std::string& key) const;
  // Null when there is none. Marks nothing.
  DraftEntry* find(const std::string& key, std::string_view name);
  // Reads and hashes the references (not for resolved manifests), drops what is not used.
  Result<std::vector<PromptGroup>> finish(const ReferenceSource& source, std::vector<ReferenceFile>& files);

 private:
  using Entries = std::map<std::string, DraftEntry, std::less<>>;
  std::map<std::string, Entries, std::less<>> groups_;
};

}  // namespace troupe::manifest
