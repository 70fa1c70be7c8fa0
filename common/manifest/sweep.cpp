#include "common/manifest/sweep.h"

#include <algorithm>

#include "common/base/limits.h"

namespace troupe::manifest {

Result<Sweep> Sweep::make(SweepSpec spec) {
  Sweep sweep;
  sweep.spec_ = std::move(spec);
  TROUPE_RETURN_IF_ERROR(sweep.check_axes());
  TROUPE_RETURN_IF_ERROR(sweep.lay_out());
  TROUPE_RETURN_IF_ERROR(sweep.order_ranks());
  TROUPE_RETURN_IF_ERROR(sweep.mark_excluded());
  std::vector<DigitSet> all;
  for (const Dimension& dimension : sweep.dimensions_) all.push_back({{0, dimension.size}});
  TROUPE_ASSIGN_OR_RETURN(sweep.cells_, sweep.count(all));
  if (sweep.cells_ == 0) {
    return Status(Code::kInvalid, "sweep.exclude leaves no cell of " + std::to_string(sweep.positions_),
                  sweep.spec_.excludes.front().place);
  }
  return sweep;
}

const Axis* Sweep::find_axis(std::string_view name) const {
  const auto found = axis_number(name);
  return found ? &spec_.axes[*found] : nullptr;
}

std::optional<std::size_t> Sweep::axis_number(std::string_view name) const {
  for (std::size_t axis = 0; axis < spec_.axes.size(); ++axis) {
    if (spec_.axes[axis].name() == name) return axis;
  }
  return std::nullopt;
}

std::vector<std::string> Sweep::axis_names() const {
  std::vector<std::string> names;
  for (const Axis& axis : spec_.axes) names.push_back(axis.name());
  return names;
}

Digit Sweep::digit(JobIndex index, std::size_t axis) const {
  return dimensions_[dimension_of_[axis]].digit(index);
}

std::uint32_t Sweep::seed(JobIndex index) const {
  return seed_axis_ ? spec_.axes[*seed_axis_].seeds().at(digit(index, *seed_axis_)) : 0;
}

std::uint64_t Sweep::Dimension::mask_of(Digit digit) const {
  const auto found = std::ranges::lower_bound(exceptions, digit, {}, &std::pair<Digit, std::uint64_t>::first);
  return found != exceptions.end() && found->first == digit ? found->second : mask;
}

bool Sweep::excluded(JobIndex index) const {
  std::uint64_t matching = rules_;
  for (const Dimension& dimension : dimensions_) {
    if (matching == 0) return false;
    matching &= dimension.mask_of(dimension.digit(index));
  }
  return matching != 0;
}

Rank Sweep::rank_of(JobIndex index) const {
  Rank rank = 0;
  for (const Dimension& dimension : dimensions_) rank += dimension.digit(index) * dimension.rank_stride;
  return rank;
}

JobIndex Sweep::index_at(Rank rank) const {
  JobIndex index = 0;
  for (const Dimension& dimension : dimensions_) {
    index += rank / dimension.rank_stride % dimension.size * dimension.stride;
  }
  return index;
}

}  // namespace troupe::manifest
