#include "common/manifest/slice.h"

#include <algorithm>

#include "common/manifest/address_terms.h"

namespace troupe::manifest {
namespace {

// The digits that "a|b|low..high" means.
Result<DigitSet> find_values(const Axis& axis, std::string_view values) {
  DigitSet meant;
  for (;;) {
    const std::string_view value = values.substr(0, values.find('|'));
    const std::size_t dots = value.find("..");
    DigitSet digits;
    if (dots == value.npos || axis.kind() == AxisKind::kEntry) {
      digits = axis.find(value);
    } else {
      TROUPE_ASSIGN_OR_RETURN(digits, axis.find_range(value.substr(0, dots), value.substr(dots + 2)));
    }
    if (digits.empty()) return no_such_value(axis, value);
    meant = united(meant, digits);
    if (value.size() == values.size()) return meant;
    values.remove_prefix(value.size() + 1);
  }
}

}  // namespace

Result<Slice> Slice::parse(const Sweep& sweep, std::string_view text) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<AddressTerm> terms, split_address(sweep, text));
  std::vector<DigitSet> allowed;
  for (const Sweep::Dimension& dimension : sweep.dimensions()) allowed.push_back({{0, dimension.size}});
  for (const AddressTerm& term : terms) {
    TROUPE_ASSIGN_OR_RETURN(const DigitSet digits, find_values(sweep.axes()[term.axis], term.values));
    DigitSet& before = allowed[sweep.dimension_of(term.axis)];
    before = intersection(before, digits);
  }
  Slice slice;
  slice.text_ = std::string(text);
  slice.positions_ = 1;
  TROUPE_ASSIGN_OR_RETURN(slice.cells_, sweep.count(allowed));
  for (std::size_t d = 0; d < allowed.size(); ++d) {
    Part part{sweep.dimensions()[d].size, sweep.dimensions()[d].stride, std::move(allowed[d]), {}, 0};
    for (const DigitRange range : part.allowed) {
      part.before.push_back(part.allowed_count);
      part.allowed_count += range.end - range.first;
    }
    slice.positions_ *= part.allowed_count;
    slice.parts_.push_back(std::move(part));
  }
  slice.everything_ = slice.positions_ == sweep.positions();
  return slice;
}

bool Slice::matches(JobIndex index) const {
  return everything_ || std::ranges::all_of(parts_, [&](const Part& part) {
           return contains(part.allowed, index / part.stride % part.size);
         });
}

JobIndex Slice::at(std::uint64_t k) const {
  if (everything_) return k;
  JobIndex index = 0;
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    const std::uint64_t nth = k % part->allowed_count;
    k /= part->allowed_count;
    const auto range = static_cast<std::size_t>(std::ranges::upper_bound(part->before, nth) - part->before.begin()) - 1;
    index += (part->allowed[range].first + nth - part->before[range]) * part->stride;
  }
  return index;
}

}  // namespace troupe::manifest
