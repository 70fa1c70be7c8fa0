#include "tests/sim/crew.h"

#include <algorithm>

namespace troupe::sim {
namespace {

constexpr Millis kStartsWithin{5000};

}  // namespace

Crew::Crew(World& world, CoordinatorNode& coordinator) : world_(world), coordinator_(coordinator) {
  for (std::size_t i = 0; i < world_.knobs.workers; ++i) {
    add("w" + std::to_string(named_++), i < world_.knobs.bad_nodes && i + 1 < world_.knobs.workers);
  }
  for (std::size_t i = 0; i < std::min(world_.knobs.twins, world_.knobs.workers); ++i) {
    add("w" + std::to_string(i), false);
  }
}

WorkerNode& Crew::add(const std::string& id, bool bad) {
  const std::size_t slots = 1 + world_.random.below(world_.knobs.most_slots);
  workers_.push_back(std::make_unique<WorkerNode>(world_, coordinator_, workers_.size(), WorkerId{id}, slots, bad));
  by_id_[WorkerId{id}].push_back(workers_.back().get());
  return *workers_.back();
}

void Crew::start() {
  for (auto& worker : workers_) {
    world_.timeline.after(world_.between(Millis(0), kStartsWithin), [&node = *worker] { node.start(); });
  }
}

void Crew::route(const ToWorker& message) {
  const auto named = by_id_.find(message.worker);
  if (named == by_id_.end()) return;
  for (WorkerNode* worker : named->second) {
    if (worker->instance() != message.instance) continue;
    worker->wire().carry(false, [worker, message] {
      if (worker->instance() == message.instance) worker->receive(message);
    });
  }
}

void Crew::join() {
  if (workers_.size() < 2 * world_.knobs.workers + 2) add("w" + std::to_string(named_++), false).start();
}

void Crew::leave(WorkerNode& worker) {
  const auto there = std::count_if(workers_.begin(), workers_.end(), [](const auto& one) { return !one->removed(); });
  if (there > 1) worker.remove();
}

void Crew::heal() {
  for (const auto& [id, nodes] : by_id_) {
    for (std::size_t i = 1; i < nodes.size(); ++i) nodes[i]->remove();
  }
  // At least one machine is there to finish the work.
  if (std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->removed(); })) {
    add("w" + std::to_string(named_++), false);
  }
  for (auto& worker : workers_) {
    worker->wire().cut(true, false);
    worker->wire().cut(false, false);
    worker->fill_disk(false);
    worker->start();
  }
}

std::vector<WorkerId> Crew::ids() const {
  std::vector<WorkerId> ids;
  for (const auto& [id, nodes] : by_id_) ids.push_back(id);
  return ids;
}

bool Crew::delivered_everything() const {
  return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->empty(); });
}

}  // namespace troupe::sim
