// How axes become the digits of indices and ranks.
#include <algorithm>
#include <numeric>
#include <set>

#include "common/base/limits.h"
#include "common/manifest/reader.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

Status Sweep::check_axes() {
  if (spec_.axes.size() > limits::kMaxAxes) {
    return Status(Code::kInvalid,
                  "sweep.axes has " + std::to_string(spec_.axes.size()) + " axes; the most is " +
                      std::to_string(limits::kMaxAxes),
                  spec_.place);
  }
  for (std::size_t axis = 0; axis < spec_.axes.size(); ++axis) {
    const std::string& name = spec_.axes[axis].name();
    if (axis_number(name) != axis)
      return Status(Code::kInvalid, "the axis " + name + " stands here twice", spec_.place);
    if (spec_.axes[axis].size() == 0) return Status(Code::kInvalid, "the axis " + name + " is empty", spec_.place);
    if (spec_.axes[axis].kind() == AxisKind::kSeed) seed_axis_ = axis;
  }
  return {};
}

Status Sweep::lay_out() {
  constexpr std::size_t kNone = ~std::size_t{0};
  std::vector<std::size_t> zip_of(spec_.axes.size(), kNone);
  for (std::size_t zip = 0; zip < spec_.zips.size(); ++zip) {
    const ZipGroup& group = spec_.zips[zip];
    if (group.axes.size() < 2) return Status(Code::kInvalid, "sweep.zip joins two axes or more", group.place);
    for (const std::string& name : group.axes) {
      const auto axis = axis_number(name);
      if (!axis) {
        return Status(
            Code::kInvalid,
            "sweep.zip: no axis \"" + name + "\"" + did_you_mean(name, axis_names()) + "; axes: " + join(axis_names()),
            group.place);
      }
      if (zip_of[*axis] != kNone)
        return Status(Code::kInvalid, "sweep.zip: " + name + " stands there twice", group.place);
      zip_of[*axis] = zip;
      const Axis& first = *find_axis(group.axes.front());
      if (spec_.axes[*axis].size() != first.size()) {
        return Status(Code::kInvalid,
                      "sweep.zip: " + first.name() + " has " + std::to_string(first.size()) + " values and " + name +
                          " has " + std::to_string(spec_.axes[*axis].size()) + "; zipped axes need equally many",
                      group.place);
      }
    }
  }
  dimension_of_.assign(spec_.axes.size(), kNone);
  for (std::size_t axis = 0; axis < spec_.axes.size(); ++axis) {
    if (dimension_of_[axis] != kNone) continue;
    Dimension dimension;
    dimension.size = spec_.axes[axis].size();
    for (std::size_t other = axis; other < spec_.axes.size(); ++other) {
      if (other != axis && (zip_of[axis] == kNone || zip_of[other] != zip_of[axis])) continue;
      dimension_of_[other] = dimensions_.size();
      dimension.axes.push_back(other);
    }
    TROUPE_RETURN_IF_ERROR(check_distinct(dimension));
    if (dimension.size > limits::kMaxCells / positions_) {
      return Status(
          Code::kInvalid,
          "the sweep has more than " + std::to_string(limits::kMaxCells) + " cells; split it into several campaigns",
          spec_.place);
    }
    positions_ *= dimension.size;
    dimensions_.push_back(std::move(dimension));
  }
  std::uint64_t stride = 1;
  for (auto dimension = dimensions_.rbegin(); dimension != dimensions_.rend(); ++dimension) {
    dimension->stride = stride;
    stride *= dimension->size;
  }
  return {};
}

Status Sweep::check_distinct(const Dimension& dimension) const {
  for (const std::size_t axis : dimension.axes) {
    // Ranges of seeds are distinct by construction, and too long to list.
    if (spec_.axes[axis].kind() == AxisKind::kSeed && !spec_.axes[axis].seeds().listed()) return {};
  }
  std::set<std::vector<std::string>> seen;
  for (Digit digit = 0; digit < dimension.size; ++digit) {
    std::vector<std::string> texts;
    for (const std::size_t axis : dimension.axes) texts.push_back(spec_.axes[axis].text(digit));
    if (const auto [value, fresh] = seen.insert(std::move(texts)); !fresh) {
      std::vector<std::string> names;
      for (const std::size_t axis : dimension.axes) names.push_back(spec_.axes[axis].name());
      return Status(Code::kInvalid, "the axis " + join(names) + " has the value " + join(*value) + " twice",
                    spec_.place);
    }
  }
  return {};
}

Status Sweep::order_ranks() {
  const auto seed = seed_axis_ ? std::optional(dimension_of_[*seed_axis_]) : std::nullopt;
  std::optional<std::size_t> last;
  if (!spec_.innermost.empty()) {
    const auto axis = axis_number(spec_.innermost);
    if (!axis) return Status(Code::kInvalid, "select.of: no axis \"" + spec_.innermost + "\"", spec_.place);
    last = dimension_of_[*axis];
  }
  const auto place = [&](std::size_t dimension) { return dimension == last ? 2 : dimension == seed ? 0 : 1; };
  std::vector<std::size_t> order(dimensions_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, place);
  std::uint64_t stride = 1;
  for (auto dimension = order.rbegin(); dimension != order.rend(); ++dimension) {
    dimensions_[*dimension].rank_stride = stride;
    stride *= dimensions_[*dimension].size;
  }
  return {};
}

}  // namespace troupe::manifest
