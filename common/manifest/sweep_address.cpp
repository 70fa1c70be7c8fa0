// Indices as addresses and back.
#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/address_terms.h"
#include "common/manifest/number.h"
#include "common/manifest/reader.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

std::string Address::to_string() const {
  std::string text;
  for (const AddressPart& part : parts) text += (text.empty() ? "" : ",") + part.axis + "=" + part.value;
  return text;
}

Address Sweep::address(JobIndex index) const {
  Address address;
  address.parts.reserve(spec_.axes.size());
  for (std::size_t axis = 0; axis < spec_.axes.size(); ++axis) {
    address.parts.push_back({spec_.axes[axis].name(), value_text(index, axis)});
  }
  return address;
}

Result<JobIndex> Sweep::index_of(std::string_view address) const {
  if (const auto index = parse_number<std::uint64_t>(address)) {
    if (*index < positions_) return *index;
    return Status(Code::kInvalid,
                  "no cell " + std::string(address) + "; the last is " + std::to_string(positions_ - 1));
  }
  TROUPE_ASSIGN_OR_RETURN(const std::vector<AddressTerm> terms, split_address(*this, address));
  std::vector<DigitSet> meant;
  for (const Dimension& dimension : dimensions_) meant.push_back({{0, dimension.size}});
  for (const AddressTerm& term : terms) {
    const Axis& axis = spec_.axes[term.axis];
    const DigitSet digits = axis.find(term.values);
    if (digits.empty()) return no_such_value(axis, term.values);
    DigitSet& before = meant[dimension_of_[term.axis]];
    before = intersection(before, digits);
    if (before.empty()) {
      return Status(Code::kInvalid, "no cell has " + axis.name() + "=" + std::string(term.values) +
                                        " together with the other values: its axis is zipped");
    }
  }
  JobIndex index = 0;
  std::vector<std::string> missing;
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    if (manifest::count(meant[d]) != 1) missing.push_back(spec_.axes[dimensions_[d].axes.front()].name());
    index += meant[d].front().first * dimensions_[d].stride;
  }
  if (!missing.empty()) {
    return Status(Code::kInvalid, "\"" + std::string(address) + "\" is not one cell: " + join(missing) + " missing");
  }
  return index;
}

}  // namespace troupe::manifest
