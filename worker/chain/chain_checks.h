// What must hold of a chain before any of its stages is made.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/job.h"

namespace troupe::chain {

// kInvalid: no stages, a kind that is not among `kinds`, a first stage that needs a picture, a mask that is used before
// a stage makes it.
Status check_stages(const std::vector<manifest::StageJob>& stages, const std::vector<std::string>& kinds);

// The masks that the stages make, in their order.
std::vector<std::string> masks_made(const std::vector<manifest::StageJob>& stages);

}  // namespace troupe::chain
