// Who this worker is, over all its lives.
#pragma once

#include <string>

#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/base/status.h"

namespace troupe::agent {

// `name` if there is one; else what the state folder's file worker_id says, which is made at the first start from the
// host's name and a random end ("render7-4f3a91c2"). kCorrupt when the file holds no id.
Result<WorkerId> worker_identity(const std::string& state_folder, const std::string& name, Random& random);

// "render7": for people.
std::string host_name();

}  // namespace troupe::agent
