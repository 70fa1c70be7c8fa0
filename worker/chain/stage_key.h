// The name of a stage's output: a digest of everything that decides it.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/hash.h"
#include "worker/chain/stage.h"

namespace troupe::chain {

// Of the stage's kind, name and parameters (dtype and compat among them), the key of the stage before it (nothing for
// the first), the files and references that it looks at, the seed that it draws from (nothing where it draws none), its
// numerics version and class, and kNumericsVersion.
Digest stage_key(const manifest::StageJob& stage, const StageInputs& inputs, const std::optional<Digest>& upstream,
                 const std::optional<std::uint32_t>& seed);

}  // namespace troupe::chain
