// What is kept of a worker over restarts, its own and the coordinator's: the orders that operators gave it, and its
// quarantine. Facts of the kind "worker", by the worker's id.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "coordinator/core/step.h"

namespace troupe::core {

// Writes down what the worker's orders are now.
void save_orders(Step& step, const Worker& worker);
// The orders of a worker that says hello for the first time in this life of the coordinator.
void recall_orders(FarmState& farm, Worker& worker);
// The worker's entry goes; its orders stay.
void file_away(FarmState& farm, const Worker& worker);

void restore_worker_facts(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts);

}  // namespace troupe::core
