// The coordinator's process as the simulator models it: the real farm over a memory store, with the server's rule of
// committing a batch before any message of it leaves, and crashes at any point between the two.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/farm.h"
#include "coordinator/store/store.h"
#include "tests/sim/world.h"

namespace troupe::sim {

class CoordinatorNode {
 public:
  // `to_worker` puts a message on the wire.
  CoordinatorNode(World& world, std::function<void(const ToWorker&)> to_worker);

  void start();
  // What was stepped and not committed is gone; a batch on its way to the disk may have made it or not.
  void crash();
  bool up() const { return farm_ != nullptr; }
  std::uint64_t lives() const { return life_; }

  void receive(const FromWorker& message);
  // `answer` is called unless the coordinator crashes first.
  void request(core::Event event, std::function<void(const core::Reply&)> answer);
  // An artifact arrives; `confirm` is called when it is durable.
  void upload(const Digest& digest, std::function<void()> confirm);
  bool has_blob(const Digest& digest) const { return blobs_.contains(digest); }
  bool knows_campaigns() const { return !world_.ledger.accounts().empty(); }

  const core::Farm& farm() const { return *farm_; }
  store::Store& store() { return *store_; }
  bool idle() const { return !committing_ && open_.empty(); }
  // The farm in memory, and the one that a restart would make of the store, agree on every cell.
  void compare_with_store();

 private:
  struct Batch {
    std::vector<core::Edit> edits;
    std::vector<ToWorker> sends;
    std::vector<core::Reply> replies;
    bool empty() const { return edits.empty() && sends.empty() && replies.empty(); }
  };

  void step(const core::Event& event);
  void plan_tick();
  void begin_commit();
  void finish_commit();
  bool make_durable(const std::vector<core::Edit>& edits);
  void send(const ToWorker& message);
  void send_early(Batch& batch);
  core::WorkerSpoke spoken(const FromWorker& message) const;

  World& world_;
  std::function<void(const ToWorker&)> to_worker_;
  std::unique_ptr<store::Store> store_;
  std::set<Digest> blobs_;
  std::set<Digest> unsynced_blobs_;    // confirmed too early by a planted bug
  std::map<Ticket, JobResult> heard_;  // results that were received, for checking acks
  std::unique_ptr<core::Farm> farm_;
  std::uint64_t life_ = 0;
  std::uint64_t tick_ = 0;
  Epoch epoch_;
  Batch open_;
  std::optional<Batch> committing_;
  core::RequestId next_request_ = 1;
  std::map<core::RequestId, std::function<void(const core::Reply&)>> asked_;
};

}  // namespace troupe::sim
