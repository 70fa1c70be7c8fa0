// Quality gates: what a picture must be, to count as done.
#pragma once

#include <optional>
#include <string>

#include "common/manifest/manifest.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

// kInvalid for a gate that this build cannot judge (identity needs a face recogniser).
Status check_gates(const manifest::Gates& gates);

// Writes the scores into frame.metadata["gates"]; why the picture is refused, or nothing.
std::optional<std::string> refused(const manifest::Gates& gates, Frame& frame);

}  // namespace troupe::chain
