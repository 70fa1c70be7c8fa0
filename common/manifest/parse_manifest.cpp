#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

const std::vector<std::string> kKeys = {"troupe", "name",     "project", "priority", "pack", "include",
                                        "prompt", "negative", "sweep",   "chain",    "keep", "select",
                                        "gates",  "limits",   "output",  "notify"};

Status check_version(const Node& root) {
  if (root.kind != Node::Kind::kMap) return takes(root, "a manifest", "a map of " + join(kKeys));
  const Node* version = root.find("troupe");
  if (!version) return error_at(root, "a manifest says which version it has: add \"troupe: 1\"");
  if (version->kind != Node::Kind::kPlain || version->text != "1") return takes(*version, "troupe", "1");
  return {};
}

bool is_group(const std::string& key, const std::vector<std::string>& axes) {
  if (std::ranges::find(usual_groups(), key) != usual_groups().end()) return true;
  return std::ranges::any_of(axes, [&](const std::string& axis) {
    const auto keys = group_keys_of(axis);
    return std::ranges::find(keys, key) != keys.end();
  });
}

Status check_root_keys(const Node& root, const ParseState& state) {
  std::vector<std::string> known = kKeys;
  if (state.source.resolved) std::erase(known, "include");
  known.insert(known.end(), usual_groups().begin(), usual_groups().end());
  for (const MapEntry& entry : root.map) {
    if (std::ranges::find(known, entry.key) == known.end() && is_group(entry.key, state.axes))
      known.push_back(entry.key);
  }
  for (const MapEntry& entry : root.map) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    std::string message =
        "unknown key \"" + entry.key.substr(0, limits::kMaxNameBytes) + "\"" + did_you_mean(entry.key, known);
    if (entry.value.kind == Node::Kind::kMap) {
      message += "; a group of named prompts must be used by an axis, here \"" +
                 axis_of_group(entry.key.substr(0, limits::kMaxNameBytes)) + "\"";
    } else {
      message += "; a manifest takes " + join(known, 40);
    }
    return Status(Code::kInvalid, message, entry.place());
  }
  return {};
}

std::vector<std::string> axis_keys(const Node& root) {
  std::vector<std::string> names;
  const Node* sweep = root.find("sweep");
  const Node* axes = sweep ? sweep->find("axes") : nullptr;
  if (axes && axes->map.size() <= limits::kMaxAxes) {
    for (const MapEntry& entry : axes->map) names.push_back(entry.key);
  }
  return names;
}

}  // namespace

Status parse_header(const Node& root, ParseState& state) {
  Manifest::Data& data = state.data;
  const Node* name = root.find("name");
  if (!name) return error_at(root, "a manifest needs a name");
  TROUPE_ASSIGN_OR_RETURN(data.name, read_name(*name, "name"));
  if (const Node* project = root.find("project")) {
    TROUPE_ASSIGN_OR_RETURN(data.project, read_name(*project, "project"));
  }
  if (const Node* priority = root.find("priority")) {
    TROUPE_ASSIGN_OR_RETURN(const std::int64_t value, read_integer(*priority, "priority", -1000, 1000));
    data.priority = static_cast<int>(value);
  }
  if (const Node* pack = root.find("pack")) {
    TROUPE_ASSIGN_OR_RETURN(data.pack, read_name(*pack, "pack"));
  }
  const std::pair<const char*, std::optional<std::string>*> texts[] = {{"prompt", &data.prompt},
                                                                       {"negative", &data.negative}};
  for (const auto& [key, text] : texts) {
    const Node* node = root.find(key);
    if (!node) continue;
    TROUPE_ASSIGN_OR_RETURN(*text, read_text(*node, key, limits::kMaxPromptBytes));
    const auto pieces = parse_template(**text);
    if (!pieces.ok()) return error_at(*node, std::string(key) + ": " + pieces.status().message());
    TROUPE_RETURN_IF_ERROR(check_template_names(*pieces, state, key, node->place()));
  }
  return {};
}

Status parse_groups(const Node& root, const std::vector<IncludedFile>& includes, ParseState& state) {
  for (const MapEntry& entry : root.map) {
    if (std::ranges::find(kKeys, entry.key) != kKeys.end()) continue;
    TROUPE_RETURN_IF_ERROR(state.groups.add(entry.key, entry.value, state.source, false));
  }
  for (const IncludedFile& file : includes) {
    ReferenceSource source = state.source;
    source.folder = file.folder;
    if (file.root.kind != Node::Kind::kMap) return takes(file.root, "an included file", "groups of named prompts");
    for (const MapEntry& entry : file.root.map) {
      if (std::ranges::find(kKeys, entry.key) != kKeys.end()) {
        return Status(Code::kInvalid,
                      "\"" + entry.key + "\" has no place in an included file; it holds groups of named prompts",
                      entry.place());
      }
      TROUPE_RETURN_IF_ERROR(state.groups.add(entry.key, entry.value, source, true));
    }
  }
  return {};
}

Result<Manifest> parse_manifest(const Node& root, const std::vector<IncludedFile>& includes,
                                const ReferenceSource& source) {
  ParseState state;
  state.source = source;
  TROUPE_RETURN_IF_ERROR(check_version(root));
  state.axes = axis_keys(root);
  TROUPE_RETURN_IF_ERROR(check_root_keys(root, state));
  TROUPE_RETURN_IF_ERROR(parse_groups(root, includes, state));
  TROUPE_RETURN_IF_ERROR(parse_chain(root, state));
  TROUPE_RETURN_IF_ERROR(parse_sweep(root, state));
  TROUPE_RETURN_IF_ERROR(parse_header(root, state));
  TROUPE_RETURN_IF_ERROR(check_templates(state));
  TROUPE_RETURN_IF_ERROR(check_links(state));
  TROUPE_RETURN_IF_ERROR(parse_select(root, state));
  TROUPE_RETURN_IF_ERROR(parse_gates(root, state));
  TROUPE_RETURN_IF_ERROR(parse_limits(root, state.data));
  TROUPE_RETURN_IF_ERROR(parse_output(root, state));
  TROUPE_RETURN_IF_ERROR(parse_notify(root, state.data));
  TROUPE_ASSIGN_OR_RETURN(state.data.groups, state.groups.finish(source, state.data.reference_files));
  auto data = std::make_shared<Manifest::Data>(std::move(state.data));
  data->resolved = write_resolved(*data);
  if (data->resolved.size() > limits::kMaxManifestBytes) {
    return error_at(root, "the manifest is too long once its includes are merged");
  }
  data->digest = sha256(data->resolved);
  return Manifest(std::shared_ptr<const Manifest::Data>(std::move(data)));
}

}  // namespace troupe::manifest
