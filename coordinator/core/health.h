// Faults have owners: which workers spoil jobs, and which jobs kill engines.
#pragma once

#include <string>

#include "coordinator/core/step.h"

namespace troupe::core {

// A job granted to the worker ended; `fault`: by the worker's own. Quarantines it, or lets it out.
void count_outcome(Step& step, Worker& worker, bool fault);

// An engine died of the job. True when so many did that the job itself must be to blame: it fails now.
bool is_poisoned(Step& step, const Campaign& campaign, Rank rank);
// Engines that died of the cell's present generation.
std::size_t deaths_of(const FarmState& farm, const Campaign& campaign, Rank rank);
void forget_deaths(Step& step, const Campaign& campaign, Rank rank);
// Counts that no cell needs any more are forgotten.
void sweep_deaths(Step& step);
void restore_deaths(FarmState& farm, const std::string& key, const std::string& json);

// A line of the event log about an attempt that failed: "returned", "failed" or "poison".
void log_failure(Step& step, const char* kind, const Campaign& campaign, const WorkerId& worker,
                 const JobResult& result);

}  // namespace troupe::core
