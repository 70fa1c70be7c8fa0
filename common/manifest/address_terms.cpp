#include "common/manifest/address_terms.h"

#include "common/base/limits.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {

Result<std::vector<AddressTerm>> split_address(const Sweep& sweep, std::string_view text) {
  if (text.size() > limits::kMaxSliceBytes) {
    return Status(Code::kInvalid, "a slice has at most " + std::to_string(limits::kMaxSliceBytes) + " bytes");
  }
  std::vector<AddressTerm> terms;
  std::uint64_t seen = 0;  // one bit an axis; kMaxAxes is below 64
  while (!text.empty()) {
    const std::string_view term = text.substr(0, text.find(','));
    if (term.size() + 1 == text.size()) return Status(Code::kInvalid, "nothing after the last \",\"");
    text.remove_prefix(std::min(text.size(), term.size() + 1));
    const std::size_t equals = term.find('=');
    const std::string name(term.substr(0, equals));
    if (equals == term.npos || equals + 1 == term.size()) {
      return Status(Code::kInvalid, "\"" + std::string(term) +
                                        "\" is no part of a slice; write axis=value, with axis one of " +
                                        join(sweep.axis_names()));
    }
    const auto axis = sweep.axis_number(name);
    if (!axis) {
      return Status(Code::kInvalid, "no axis \"" + name + "\"" + did_you_mean(name, sweep.axis_names()) +
                                        "; axes: " + join(sweep.axis_names()));
    }
    const std::uint64_t bit = std::uint64_t{1} << *axis;
    if (seen & bit) return Status(Code::kInvalid, "the axis " + name + " stands there twice; join values with |");
    seen |= bit;
    terms.push_back({*axis, term.substr(equals + 1)});
  }
  return terms;
}

Status no_such_value(const Axis& axis, std::string_view value) {
  std::vector<std::string> known;
  if (axis.kind() != AxisKind::kSeed) {
    for (Digit digit = 0; digit < std::min<Digit>(axis.size(), 1000); ++digit) known.push_back(axis.text(digit));
  }
  return Status(Code::kInvalid, axis.name() + " has no value \"" + std::string(value) + "\"" +
                                    did_you_mean(value, known) + "; it has " + axis.describe());
}

}  // namespace troupe::manifest
