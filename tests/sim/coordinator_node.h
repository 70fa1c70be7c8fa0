// The coordinator's process as the simulator models it: the real farm over a memory store, with the server's rule of
// committing a batch before any message of it leaves, and crashes at any point between the two.
//
// Each step makes a batch. The committer writes the batches that wait as one transaction, one transaction after the
// other. A crash keeps whole transactions: the one that was being written is there or not, and so is the next.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/farm.h"
#include "coordinator/store/store.h"
#include "tests/sim/planted.h"
#include "tests/sim/world.h"

namespace troupe::sim {

class CoordinatorNode {
 public:
  // `to_worker` puts a message on the wire.
  CoordinatorNode(World& world, std::function<void(const ToWorker&)> to_worker);

  void start();
  // What was stepped and not committed is gone; a transaction on its way to the disk may have made it or not.
  void crash();
  bool up() const { return farm_ != nullptr; }
  // A full disk refuses transactions; the same one is tried again.
  void fill_disk(bool full) { disk_full_ = full; }

  void receive(const FromWorker& message);
  // `answer` is called unless the coordinator crashes first.
  void request(core::Event event, std::function<void(const core::Reply&)> answer);
  // An artifact arrives; `confirm` is called when it is durable.
  void upload(const Digest& digest, std::function<void()> confirm);
  bool has_blob(const Digest& digest) const { return blobs_.contains(digest); }

  const core::Farm& farm() const { return *farm_; }
  bool idle() const { return writing_.empty() && waiting_.empty(); }
  // The farm in memory, the ledger and the farm that a restart would make of the store agree on every cell. Does
  // nothing while something is on its way to the disk.
  void compare_with_store();

 private:
  // What one step did.
  struct Batch {
    std::vector<core::Edit> edits;
    std::vector<ToWorker> sends;
    std::vector<core::Reply> replies;
  };

  void step(const core::Event& event);
  void check(const std::vector<core::Edit>& edits);
  void plan_tick();
  void plan_tick_at(Instant when);
  void begin_commit();
  void plan_commit(Millis delay);
  void finish_commit();
  void deliver(const Batch& batch);
  bool make_durable(const std::deque<Batch>& batches);
  void check_blobs(const std::vector<core::Edit>& edits);
  void send(const ToWorker& message);
  void send_early(Batch& batch);
  core::WorkerSpoke spoken(const FromWorker& message) const;

  World& world_;
  std::function<void(const ToWorker&)> to_worker_;
  std::unique_ptr<store::Store> store_;
  std::set<Digest> blobs_;
  std::set<Digest> unsynced_blobs_;  // confirmed too early by a planted bug
  std::map<Ticket, bool> heard_;     // results that were received: may another try mend what they say?
  bool disk_full_ = false;
  std::size_t held_up_ = 0;                      // messages that wait for the disk
  std::optional<core::StoreRecovered> refused_;  // a transaction found no space, and none was written since
  std::uint64_t recoveries_ = 0;                 // that the farm heard of, but those that a crash took away

  std::unique_ptr<core::Farm> farm_;
  std::uint64_t life_ = 0;
  std::optional<Instant> tick_;  // the planned one
  std::uint64_t next_full_check_ = 0;
  std::uint64_t full_checks_ = 0;
  Epoch epoch_;
  std::deque<Batch> writing_;  // the transaction under way
  std::deque<Batch> waiting_;  // of the next one
  core::RequestId next_request_ = 1;
  std::map<core::RequestId, std::function<void(const core::Reply&)>> asked_;
};

}  // namespace troupe::sim
