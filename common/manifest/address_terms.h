// The grammar that addresses and slices share: "axis=values,axis=values". Inside this library only.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

struct AddressTerm {
  std::size_t axis = 0;     // number of the sweep's axis
  std::string_view values;  // not empty; into the text that was split
};

// kInvalid for a text that is too long, a term without "=", an empty value, an axis that is not there or stands twice.
Result<std::vector<AddressTerm>> split_address(const Sweep& sweep, std::string_view text);

// kInvalid: which values there are instead, and which of them may have been meant.
Status no_such_value(const Axis& axis, std::string_view value);

}  // namespace troupe::manifest
