// The grant of jobs to a worker, which all roads to it share, and the message that tells it.
#pragma once

#include <vector>

#include "coordinator/core/step.h"

namespace troupe::core {

// Waits, or granted to a straggler -> granted to the worker. What comes back is to be announced.
LeaseGrant grant_job(Step& step, Worker& worker, Campaign& campaign, Rank rank, LeaseId lease);

// The grants, all of one lease and campaign, become durable and go to the worker.
void announce_lease(Step& step, const Worker& worker, Campaign& campaign, const std::vector<LeaseGrant>& grants);

// One message with these grants, all of one lease and campaign.
Lease lease_message(const FarmOptions& options, const Campaign& campaign, const std::vector<const LeaseGrant*>& grants,
                    bool resent);

}  // namespace troupe::core
