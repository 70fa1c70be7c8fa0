// A revision renders only what changed: a cell whose address an earlier revision of the campaign has done, from equal
// inputs and with the same pack, is done by that result.
#pragma once

#include "common/manifest/job.h"
#include "coordinator/core/step.h"

namespace troupe::core {

// Whether an earlier revision may have the fresh cell at all: where not, it need not be worked out here.
bool may_reuse(const Campaign& campaign, Rank rank);

// True when the fresh cell is done now: ResultReused is among the edits. `worker` would have rendered it; each earlier
// revision compared takes from `looks`. A requeued cell is always rendered.
bool reuse_result(Step& step, Campaign& campaign, const manifest::Job& job, Rank rank, const Worker& worker,
                  std::size_t& looks);

// A picture of the campaign came from this worker: remembers whose pack rendered it.
void note_pack(Step& step, Campaign& campaign, const WorkerId& worker);

}  // namespace troupe::core
