// One job from its JSON to a result with files: the chain, the gates with their further seeds, the PNG.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/domain/messages.h"
#include "worker/chain/chain_job.h"
#include "worker/chain/fault.h"
#include "worker/chain/stage.h"

namespace troupe::chain {

struct Rendered {
  JobResult result;                // without ticket; kDone or, when every seed was refused, kRejected
  std::vector<std::string> files;  // the bytes of result.artifacts, in their order
};

// Runs the job's chain with the cell's seed, then, while a gate says no, with derive_seed(seed, 1), (seed, 2), ...,
// job.reseed times at most. The last picture comes back either way; metadata_json holds the scores of every seed.
// numerics_class: of the device, for the result.
std::variant<Rendered, Failure> run_job(const ChainJob& job, const std::string& pack_folder,
                                        const std::string& numerics_class, StageMaker& maker, const StepSink& step);

}  // namespace troupe::chain
