// Stages without a model, for tests of the farm. `generate` draws stripes that follow from address and seed, and
// misbehaves where the environment says so; `segment` finds the left half of every picture; `upscale` repeats pixels.
//
//   TROUPE_FAKE_MS      milliseconds that a job takes (0)
//   TROUPE_FAKE_STEPS   steps that it reports meanwhile (4)
//   TROUPE_FAKE_LOG     lines that it writes to standard error for each job (0)
//   TROUPE_FAKE_CRASH   the process kills itself (SIGKILL) in the middle of these jobs
//   TROUPE_FAKE_HANG    never ends, reports nothing more
//   TROUPE_FAKE_BLANK   draws one colour
//   TROUPE_FAKE_INPUT, TROUPE_FAKE_MODEL, TROUPE_FAKE_WORKER, TROUPE_FAKE_MEMORY
//                       fails with that fault; MEMORY throws std::bad_alloc
//
// "These jobs" are "INDEX" or "*"; with "@PATH" behind it, only the first time on this machine: the file marks that it
// happened.
#pragma once

#include <memory>

#include "worker/chain/stage.h"

namespace troupe::testing {

std::unique_ptr<chain::StageMaker> make_fake_stages();

}  // namespace troupe::testing
