// Who gets which jobs: the pass after each step, and the grant of one job that all roads to a worker share.
#pragma once

#include <vector>

#include "coordinator/core/step.h"

namespace troupe::core {

// Waits, or granted to a straggler -> granted to the worker. What comes back is to be announced.
LeaseGrant grant_job(Step& step, Worker& worker, Campaign& campaign, Rank rank, LeaseId lease);

// The grants, all of one lease and campaign, become durable and go to the worker.
void announce_lease(Step& step, const Worker& worker, Campaign& campaign, const std::vector<LeaseGrant>& grants);

// A bounded pass over workers with room and campaigns with jobs.
void schedule(Step& step);

// The jobs that take much longer than usual where nothing else is left to grant are granted a second time, to workers
// with an idle slot.
void double_stragglers(Step& step);

}  // namespace troupe::core
