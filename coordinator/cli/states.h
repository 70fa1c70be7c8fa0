// Job states as they are typed: --status failed,rejected.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/domain/states.h"

namespace troupe::cli {

// kInvalid for an unknown name, with the names that there are.
Result<std::set<JobState>> parse_states(const std::vector<std::string>& names);

}  // namespace troupe::cli
