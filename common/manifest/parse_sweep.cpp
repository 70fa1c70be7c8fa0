#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

Status read_zips(const Node& node, ParseState& state) {
  const std::string what = "a list of lists of axes, such as [[scene, outfit]]";
  TROUPE_RETURN_IF_ERROR(check_list(node, "sweep.zip", what, limits::kMaxAxes));
  for (const Node& item : node.items) {
    ZipGroup zip;
    zip.place = item.place();
    if (item.kind != Node::Kind::kList || item.items.size() > limits::kMaxAxes) return takes(item, "sweep.zip", what);
    for (const Node& axis : item.items) {
      TROUPE_ASSIGN_OR_RETURN(std::string name, read_name(axis, "sweep.zip"));
      zip.axes.push_back(std::move(name));
    }
    state.sweep.zips.push_back(std::move(zip));
  }
  return {};
}

Status read_excludes(const Node& node, ParseState& state) {
  const std::string what = "a list of maps from axes to values, such as [{character: leo, product: bottle}]";
  TROUPE_RETURN_IF_ERROR(check_list(node, "sweep.exclude", what, limits::kMaxExcludes));
  for (const Node& item : node.items) {
    if (item.kind != Node::Kind::kMap) return takes(item, "sweep.exclude", what);
    ExcludeRule rule;
    rule.place = item.place();
    for (const MapEntry& entry : item.map) {
      const std::string key = "sweep.exclude." + entry.key.substr(0, limits::kMaxNameBytes);
      ExcludeRule::Term term{entry.key, {}, entry.value.place()};
      if (entry.value.is_scalar()) {
        term.values.push_back(entry.value.text);
      } else {
        TROUPE_RETURN_IF_ERROR(check_list(entry.value, key, "a value or a list of values", limits::kMaxAxisValues));
        for (const Node& value : entry.value.items) {
          if (!value.is_scalar()) return takes(value, key, "a value as addresses spell it");
          term.values.push_back(value.text);
        }
      }
      rule.terms.push_back(std::move(term));
    }
    state.sweep.excludes.push_back(std::move(rule));
  }
  return {};
}

Status read_require(const Node& node, ParseState& state) {
  static const std::vector<std::string> known = {"tags", "pool"};
  TROUPE_RETURN_IF_ERROR(check_keys(node, "sweep.require", known));
  if (const Node* pool = node.find("pool")) {
    TROUPE_ASSIGN_OR_RETURN(state.data.require_pool, read_name(*pool, "sweep.require.pool"));
  }
  const Node* tags = node.find("tags");
  if (!tags) return {};
  TROUPE_RETURN_IF_ERROR(check_list(*tags, "sweep.require.tags", "a list of tags", limits::kMaxWorkerTags));
  for (const Node& item : tags->items) {
    TROUPE_ASSIGN_OR_RETURN(std::string tag, read_name(item, "sweep.require.tags"));
    state.data.require_tags.push_back(std::move(tag));
  }
  std::ranges::sort(state.data.require_tags);
  const auto [first, last] = std::ranges::unique(state.data.require_tags);
  state.data.require_tags.erase(first, last);
  return {};
}

// select.of decides the order of running, so that the sweep must know it.
Status read_innermost(const Node& root, ParseState& state) {
  const Node* select = root.find("select");
  if (!select) return {};
  const Node* of = select->find("of");
  if (!of) return error_at(*select, "select needs keep, of and by");
  if (of->is_scalar() && std::ranges::find(state.axes, of->text) != state.axes.end()) {
    state.sweep.innermost = of->text;
    return {};
  }
  return takes(*of, "select.of", "one of the axes " + join(state.axes));
}

}  // namespace

Status parse_sweep(const Node& root, ParseState& state) {
  static const std::vector<std::string> known = {"axes", "zip", "exclude", "require"};
  const Node* sweep = root.find("sweep");
  if (sweep) {
    TROUPE_RETURN_IF_ERROR(check_keys(*sweep, "sweep", known));
    state.sweep.place = sweep->place();
    if (const Node* zip = sweep->find("zip")) TROUPE_RETURN_IF_ERROR(read_zips(*zip, state));
    if (const Node* axes = sweep->find("axes")) {
      state.sweep.place = axes->place();
      TROUPE_RETURN_IF_ERROR(parse_axes(*axes, state));
    }
    if (const Node* exclude = sweep->find("exclude")) TROUPE_RETURN_IF_ERROR(read_excludes(*exclude, state));
    if (const Node* require = sweep->find("require")) TROUPE_RETURN_IF_ERROR(read_require(*require, state));
  }
  TROUPE_RETURN_IF_ERROR(read_innermost(root, state));
  TROUPE_ASSIGN_OR_RETURN(state.data.sweep, Sweep::make(state.sweep));
  return {};
}

}  // namespace troupe::manifest
