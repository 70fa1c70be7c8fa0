#include "tests/sim/scenario.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/document.h"
#include "common/manifest/reader.h"

namespace troupe::sim {
namespace {

using manifest::Node;

constexpr char kOtherWeights[] = "other_weights";
constexpr double kMostCount = 100'000;
constexpr double kMostSeconds = 30 * 86'400.0;

std::vector<std::string> names_of(std::string_view section) {
  std::vector<std::string> names;
  for (const KnobSpec& spec : knob_specs()) {
    if (spec.section == section) names.emplace_back(spec.name);
  }
  return names;
}

std::vector<std::string> sections() {
  std::vector<std::string> names;
  for (const KnobSpec& spec : knob_specs()) {
    if (names.empty() || names.back() != spec.section) names.emplace_back(spec.section);
  }
  return names;
}

Result<double> read_value(const Node& node, const std::string& key, KnobKind kind) {
  switch (kind) {
    case KnobKind::kCount: {
      TROUPE_ASSIGN_OR_RETURN(const std::int64_t count,
                              manifest::read_integer(node, key, 0, static_cast<std::int64_t>(kMostCount)));
      return static_cast<double>(count);
    }
    case KnobKind::kTime: return manifest::read_number(node, key, 0, kMostSeconds);
    case KnobKind::kChance: break;
  }
  return manifest::read_number(node, key, 0, 1);
}

Result<Range> read_range(const Node& node, const std::string& key, KnobKind kind) {
  if (node.kind != Node::Kind::kList) {
    TROUPE_ASSIGN_OR_RETURN(const double value, read_value(node, key, kind));
    return value == 0 ? Range{0, 0, 1} : Range{value, value, 0};
  }
  if (node.items.size() != 2) return manifest::takes(node, key, "one number, or [low, high]");
  TROUPE_ASSIGN_OR_RETURN(const double low, read_value(node.items[0], key, kind));
  TROUPE_ASSIGN_OR_RETURN(const double high, read_value(node.items[1], key, kind));
  if (high < low) return manifest::error_at(node, key + ": the range ends before it begins");
  return Range{low, high, 0};
}

Status read_section(const Node& node, const std::string& section, Ranges& ranges) {
  if (node.kind != Node::Kind::kMap) return manifest::takes(node, section, "a map of knobs");
  TROUPE_RETURN_IF_ERROR(manifest::check_keys(node, section, names_of(section)));
  for (const KnobSpec& spec : knob_specs()) {
    if (spec.section != section) continue;
    const Node* value = node.find(spec.name);
    if (!value) continue;
    const std::string key = section + "." + std::string(spec.name);
    TROUPE_ASSIGN_OR_RETURN(ranges[key], read_range(*value, key, spec.kind));
  }
  return {};
}

// A scenario about one trouble turns the others down in one line.
Status read_other_weights(const Node& node, Ranges& ranges) {
  TROUPE_ASSIGN_OR_RETURN(const Range others, read_range(node, kOtherWeights, KnobKind::kCount));
  for (const std::string& name : names_of("weights")) ranges.try_emplace("weights." + name, others);
  return {};
}

}  // namespace

Result<Scenario> parse_scenario(const std::string& text, const std::string& path) {
  manifest::DocumentBudget budget;
  TROUPE_ASSIGN_OR_RETURN(const Node root, manifest::parse_yaml(text, path, budget));
  if (root.kind != Node::Kind::kMap) return manifest::takes(root, "a scenario", "a map of sections");
  std::vector<std::string> keys = sections();
  keys.emplace_back(kOtherWeights);
  TROUPE_RETURN_IF_ERROR(manifest::check_keys(root, "", keys));
  Scenario scenario{path, {}};
  for (const std::string& section : sections()) {
    if (const Node* node = root.find(section)) TROUPE_RETURN_IF_ERROR(read_section(*node, section, scenario.ranges));
  }
  if (const Node* node = root.find(kOtherWeights)) TROUPE_RETURN_IF_ERROR(read_other_weights(*node, scenario.ranges));
  return scenario;
}

Result<Scenario> read_scenario(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path, limits::kMaxManifestBytes));
  return parse_scenario(text, path);
}

}  // namespace troupe::sim
