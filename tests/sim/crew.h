// All the workers of a simulated farm.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/worker_node.h"

namespace troupe::sim {

class Crew {
 public:
  Crew(World& world, CoordinatorNode& coordinator);

  void start();
  // The server's side of the wire: to the connection of the start of the agent that is meant.
  void route(const ToWorker& message);
  // One more machine; nothing above a bound.
  void join();
  // A machine goes for good, but never the last one.
  void leave(WorkerNode& worker);
  // Everybody is up, connected and well; of two agents under one id only the first stays.
  void heal();

  WorkerNode& any() { return *workers_[world_.random.below(workers_.size())]; }
  std::size_t size() const { return workers_.size(); }
  WorkerNode& at(std::size_t number) { return *workers_[number]; }
  std::vector<WorkerId> ids() const;
  bool delivered_everything() const;

 private:
  WorkerNode& add(const std::string& id, bool bad);

  World& world_;
  CoordinatorNode& coordinator_;
  std::vector<std::unique_ptr<WorkerNode>> workers_;
  std::map<WorkerId, std::vector<WorkerNode*>> by_id_;
  std::size_t named_ = 0;
};

}  // namespace troupe::sim
