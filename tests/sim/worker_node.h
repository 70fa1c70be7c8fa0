// A worker's machine as the simulator models it: the real session in a shell of fake engines, a fake disk with an
// outbox and a connection that breaks. The process may crash, freeze, end and start again; the disk stays.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/coordinator_node.h"
#include "tests/sim/world.h"
#include "worker/agent/session/session.h"

namespace troupe::sim {

class WorkerNode {
 public:
  // The engines of a `bad` one fail every job until healing.
  WorkerNode(World& world, CoordinatorNode& coordinator, std::size_t node, WorkerId id, std::size_t slots, bool bad);

  void start();
  void crash();
  // Nothing happens in the process until then; then all at once.
  void freeze(Millis duration) { frozen_until_ = std::max(frozen_until_, world_.timeline.now() + duration); }
  void terminate() { happen(agent::DrainRequested{}); }
  void fill_disk(bool full);
  // The machine goes for good.
  void remove();

  bool up() const { return session_ != nullptr; }
  bool removed() const { return removed_; }
  bool empty() const { return disk_.empty() && writing_.empty(); }
  const WorkerId& id() const { return id_; }
  std::uint64_t instance() const { return instance_; }
  Wire& wire() { return wire_; }
  // A message came over the wire.
  void receive(const ToWorker& message);

 private:
  struct Engine {
    enum class State { kDown, kIdle, kBusy } state = State::kDown;
    Ticket ticket;
    std::uint64_t run = 0;  // counts jobs and starts: what was planned for an earlier one is void
  };

  void happen(const agent::SessionEvent& event);
  void later(Millis delay, Timeline::Task what);
  void plan_tick();
  void note_promises(const FromWorker& message);

  void perform(const agent::Send& effect);
  void perform(const agent::Reconnect& effect);
  void perform(const agent::FetchSpec& effect);
  void perform(const agent::FetchReferences& effect);
  void perform(const agent::StartJob& effect);
  void perform(const agent::CancelJob& effect);
  void perform(const agent::StoreResult& effect);
  void perform(const agent::UploadArtifacts& effect);
  void perform(const agent::ForgetResults& effect);
  void perform(const agent::Say& effect);
  void perform(const agent::Exit& effect);

  // How a job would end; nothing for an engine that hangs.
  std::optional<JobResult> outcome(const Ticket& ticket, Millis takes);
  void start_engine(agent::SlotIndex slot, Millis delay);
  void engine_dies(agent::SlotIndex slot);
  void job_ends(agent::SlotIndex slot, JobResult result);
  void store(JobResult result);
  void upload(const Digest& digest);
  void forget(const std::vector<Ticket>& tickets);

  World& world_;
  CoordinatorNode& coordinator_;
  std::size_t node_;
  WorkerId id_;
  std::size_t slots_;
  bool bad_;
  Wire wire_;

  // The disk: what was fsynced, and what a crash may bring back (deletions are not).
  std::map<Ticket, JobResult> disk_;
  std::map<Ticket, JobResult> deleted_;
  bool full_ = false;

  // The process.
  std::unique_ptr<agent::Session> session_;
  std::uint64_t life_ = 0;
  std::uint64_t instance_ = 0;
  std::optional<Instant> tick_;  // the planned one
  Instant frozen_until_;
  std::vector<Engine> engines_;
  std::map<std::uint64_t, JobResult> writing_;  // appended, not fsynced
  std::uint64_t writes_ = 0;
  std::set<Ticket> promised_;  // the coordinator may have been told that the outbox has them
  bool removed_ = false;
};

}  // namespace troupe::sim
