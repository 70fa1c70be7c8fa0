// Why a job does not run: the first rule that holds it back, in words.
#pragma once

#include <nlohmann/json.hpp>

#include "coordinator/core/farm_state.h"

namespace troupe::core {

// {"schema": 1, "campaign", "job", "address", "state", "rule", "text", "workers": [{"workers", "reason"}]}. Every
// waiting job has a rule; of other jobs `rule` is their state. `workers` counts, where a job waits, the workers by what
// keeps each from running it. Needs an index that is no excluded position.
//
// Rules, in the order of looking: paused, held, sample (orders of people); backoff; no_worker, tags, pool, pack, memory
// (nobody fits); lost, draining, cordoned, quarantined (who fits takes no work); running, project_running; elsewhere
// (another worker than the one that failed it is waited for); priority, share, order (others come first); tail (the
// last jobs are not queued behind others); busy (all slots and queues are full); next (the coming pass).
nlohmann::json explain(const FarmState& farm, const Campaign& campaign, JobIndex index);

}  // namespace troupe::core
