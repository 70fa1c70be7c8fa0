// The small maps of a manifest: select and limits.
#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

const std::vector<std::string> kScores = {"identity", "sharpness"};

}  // namespace

Status parse_limits(const Node& root, Manifest::Data& data) {
  static const std::vector<std::string> known = {"retries", "timeout", "reseed", "hours", "running"};
  const Node* node = root.find("limits");
  if (!node) return {};
  TROUPE_RETURN_IF_ERROR(check_keys(*node, "limits", known));
  if (const Node* retries = node->find("retries")) {
    TROUPE_ASSIGN_OR_RETURN(const std::int64_t value, read_integer(*retries, "limits.retries", 0, limits::kMaxRetries));
    data.limits.retries = static_cast<int>(value);
  }
  if (const Node* timeout = node->find("timeout")) {
    TROUPE_ASSIGN_OR_RETURN(data.limits.timeout, read_duration(*timeout, "limits.timeout"));
  }
  if (const Node* reseed = node->find("reseed")) {
    TROUPE_ASSIGN_OR_RETURN(const std::int64_t value, read_integer(*reseed, "limits.reseed", 0, limits::kMaxRetries));
    data.limits.reseed = static_cast<int>(value);
  }
  if (const Node* hours = node->find("hours")) {
    TROUPE_ASSIGN_OR_RETURN(data.limits.hours, read_number(*hours, "limits.hours", 0.001, 1e6));
  }
  if (const Node* running = node->find("running")) {
    TROUPE_ASSIGN_OR_RETURN(const std::int64_t value,
                            read_integer(*running, "limits.running", 1, limits::kMaxRunningJobs));
    data.limits.running = static_cast<int>(value);
  }
  return {};
}

Status parse_select(const Node& root, ParseState& state) {
  static const std::vector<std::string> known = {"keep", "of", "by"};
  const Node* node = root.find("select");
  if (!node) return {};
  TROUPE_RETURN_IF_ERROR(check_keys(*node, "select", known));
  const Node* keep = node->find("keep");
  const Node* by = node->find("by");
  if (!keep || !by) return error_at(*node, "select needs keep, of and by");
  const Axis& axis = *state.data.sweep.find_axis(state.sweep.innermost);
  const Sweep& sweep = state.data.sweep;
  if (sweep.dimensions()[sweep.dimension_of(*sweep.axis_number(axis.name()))].size > limits::kMaxSelectCells) {
    return error_at(*node->find("of"), "select.of: " + axis.name() + " has " + std::to_string(axis.size()) +
                                           " values; the most that select compares is " +
                                           std::to_string(limits::kMaxSelectCells));
  }
  Select select;
  select.of = axis.name();
  TROUPE_ASSIGN_OR_RETURN(const std::int64_t value,
                          read_integer(*keep, "select.keep", 1, static_cast<std::int64_t>(axis.size())));
  select.keep = static_cast<std::uint64_t>(value);
  TROUPE_ASSIGN_OR_RETURN(select.by, read_choice(*by, "select.by", kScores));
  state.data.places["select.by"] = by->place();
  if (select.by == "identity") TROUPE_RETURN_IF_ERROR(check_has_faces(state, "select.by: identity", by->place()));
  state.data.select = select;
  return {};
}

}  // namespace troupe::manifest
