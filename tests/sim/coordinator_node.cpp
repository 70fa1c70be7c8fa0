#include "tests/sim/coordinator_node.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/views.h"

namespace troupe::sim {
namespace {

constexpr std::uint64_t kStepsBetweenFullChecks = 64;

// What must be equal before and after a restart. Which of its three granted states a job is in is not durable.
std::string essence(const core::JobRow& row) {
  const bool granted =
      row.state == JobState::kLeased || row.state == JobState::kRunning || row.state == JobState::kUploading;
  return row.address + (granted ? " granted" : " " + std::string(name(row.state))) + " generation " +
         std::to_string(row.generation) + " attempt " + std::to_string(row.attempt) + " failures " +
         std::to_string(row.failures) + " worker " + row.worker + " reason " + row.reason;
}

}  // namespace

CoordinatorNode::CoordinatorNode(World& world, std::function<void(const ToWorker&)> to_worker)
    : world_(world), to_worker_(std::move(to_worker)), store_(store::make_memory_store()) {}

void CoordinatorNode::start() {
  if (farm_) return;
  ++life_;
  const Result<core::Snapshot> snapshot = store_->load();
  if (!snapshot.ok()) {
    world_.fail("the store cannot be loaded: " + snapshot.status().to_string());
    return;
  }
  epoch_ = Epoch{snapshot->epoch.value + 1};
  if (!make_durable({core::EpochStarted{epoch_}})) return;
  farm_ =
      std::make_unique<core::Farm>(world_.knobs.farm, epoch_, *snapshot, world_.timeline.now(), world_.timeline.wall());
  world_.trace("coordinator starts, epoch", {epoch_.value});
  world_.expect_none(farm_->check_invariants(true));
  step(core::Tick{});
}

void CoordinatorNode::crash() {
  if (!farm_) return;
  world_.trace("coordinator crashes", {life_});
  if (committing_ && world_.random.chance(0.5)) make_durable(committing_->edits);
  committing_.reset();
  open_ = {};
  asked_.clear();
  farm_.reset();
  for (const Digest& digest : unsynced_blobs_) blobs_.erase(digest);
  unsynced_blobs_.clear();
}

core::WorkerSpoke CoordinatorNode::spoken(const FromWorker& message) const {
  core::WorkerSpoke spoke{message, {}};
  auto* results = std::get_if<Results>(&spoke.message.body);
  if (!results) return spoke;
  for (JobResult& result : results->results) {
    for (const Artifact& artifact : result.artifacts) {
      if (!blobs_.contains(artifact.digest)) spoke.missing.insert(artifact.digest);
    }
    if (world_.knobs.bug != Bug::kNoGenerationCheck) continue;
    if (const CellFacts* facts = world_.ledger.find(result.ticket)) result.ticket.generation = facts->generation;
  }
  return spoke;
}

void CoordinatorNode::receive(const FromWorker& message) {
  if (!farm_) return;
  world_.trace("from " + message.worker.value, {message.body.index(), message.instance, message.epoch.value});
  if (const auto* results = std::get_if<Results>(&message.body)) {
    // Where a worker reported a failure after a picture that it could not deliver, the ack is of the failure.
    for (const JobResult& result : results->results) {
      JobResult& heard = heard_.emplace(result.ticket, result).first->second;
      if (result.outcome == Outcome::kFailed) heard = result;
    }
  }
  step(spoken(message));
}

void CoordinatorNode::request(core::Event event, std::function<void(const core::Reply&)> answer) {
  if (!farm_) return;
  const core::RequestId id = next_request_++;
  if (auto* submit = std::get_if<core::SubmitCampaign>(&event)) submit->request = id;
  if (auto* command = std::get_if<core::CampaignCommand>(&event)) command->request = id;
  if (auto* drain = std::get_if<core::DrainWorker>(&event)) drain->request = id;
  asked_[id] = std::move(answer);
  step(event);
}

void CoordinatorNode::upload(const Digest& digest, std::function<void()> confirm) {
  if (!farm_) return;
  const auto make_durable_blob = [this, digest, life = life_](bool confirmed_already) {
    if (life_ != life || !farm_) return false;
    unsynced_blobs_.erase(digest);
    if (confirmed_already || !world_.unlucky(world_.knobs.blob_vanishes)) blobs_.insert(digest);
    return true;
  };
  const Millis sync = world_.between(Millis(1), world_.healing ? Millis(5) : world_.knobs.blob_sync);
  if (world_.knobs.bug == Bug::kBlobBeforeSync) {
    if (!blobs_.contains(digest)) unsynced_blobs_.insert(digest);
    blobs_.insert(digest);
    confirm();
    world_.timeline.after(sync, [make_durable_blob] { make_durable_blob(true); });
    return;
  }
  world_.timeline.after(sync, [make_durable_blob, confirm] {
    if (make_durable_blob(false)) confirm();
  });
}

void CoordinatorNode::step(const core::Event& event) {
  ++world_.steps;
  core::Effects effects = farm_->step(event, world_.timeline.now(), world_.timeline.wall());
  world_.expect_none(farm_->check_invariants(world_.steps % kStepsBetweenFullChecks == 0));
  for (const core::Note& note : effects.notes) world_.trace(note.text, {});
  Batch batch{std::move(effects.edits), std::move(effects.sends), std::move(effects.replies)};
  send_early(batch);
  std::move(batch.edits.begin(), batch.edits.end(), std::back_inserter(open_.edits));
  std::move(batch.sends.begin(), batch.sends.end(), std::back_inserter(open_.sends));
  std::move(batch.replies.begin(), batch.replies.end(), std::back_inserter(open_.replies));
  if (!committing_ && !open_.empty()) begin_commit();
  plan_tick();
}

// Planted bugs: these do not wait for the commit.
void CoordinatorNode::send_early(Batch& batch) {
  const auto early = [&](const ToWorker& message) {
    return (world_.knobs.bug == Bug::kAckBeforeCommit && std::holds_alternative<Ack>(message.body)) ||
           (world_.knobs.bug == Bug::kLeaseBeforeCommit && std::holds_alternative<Lease>(message.body));
  };
  for (const ToWorker& message : batch.sends) {
    if (early(message)) send(message);
  }
  std::erase_if(batch.sends, early);
}

void CoordinatorNode::plan_tick() {
  const std::uint64_t tick = ++tick_;
  world_.timeline.at(farm_->next_tick(world_.timeline.now()), [this, tick, life = life_] {
    if (life_ == life && farm_ && tick_ == tick) step(core::Tick{});
  });
}

void CoordinatorNode::begin_commit() {
  committing_ = std::exchange(open_, {});
  const Millis longest = world_.healing ? Millis(5) : world_.knobs.commit_delay;
  world_.timeline.after(world_.between(Millis(0), longest), [this, life = life_] {
    if (life_ == life && farm_) finish_commit();
  });
}

bool CoordinatorNode::make_durable(const std::vector<core::Edit>& edits) {
  if (const Status status = store_->commit(edits); !status.ok()) {
    world_.fail("the store refuses a batch: " + status.to_string());
    return false;
  }
  world_.expect_none(world_.ledger.apply(edits));
  return true;
}

void CoordinatorNode::finish_commit() {
  const Batch batch = *std::exchange(committing_, std::nullopt);
  world_.trace("commit", {batch.edits.size(), batch.sends.size(), world_.ledger.commits()});
  make_durable(batch.edits);
  for (const ToWorker& message : batch.sends) send(message);
  for (const core::Reply& reply : batch.replies) {
    const auto at = asked_.find(reply.request);
    if (at == asked_.end()) continue;
    const auto answer = std::move(at->second);
    asked_.erase(at);
    answer(reply);
  }
  if (!open_.empty()) begin_commit();
}

// What leaves is held against what is durable.
void CoordinatorNode::send(const ToWorker& message) {
  if (const auto* ack = std::get_if<Ack>(&message.body)) {
    for (const Ticket& ticket : ack->tickets) {
      const std::string wrong = world_.ledger.check_ack(ticket, heard_[ticket]);
      if (!wrong.empty()) world_.fail(wrong);
    }
  }
  if (const auto* lease = std::get_if<Lease>(&message.body)) {
    for (const LeasedJob& job : lease->jobs) {
      const Ticket ticket{lease->campaign, job.index, job.generation, job.attempt};
      const std::string wrong = world_.ledger.check_lease(ticket, message.worker);
      if (!wrong.empty()) world_.fail(wrong);
    }
  }
  to_worker_(message);
}

void CoordinatorNode::compare_with_store() {
  if (!farm_ || !idle()) return;
  const Result<core::Snapshot> snapshot = store_->load();
  if (!snapshot.ok()) return world_.fail(snapshot.status().to_string());
  const core::Farm restored(world_.knobs.farm, epoch_, *snapshot, world_.timeline.now(), world_.timeline.wall());
  world_.expect_none(restored.check_invariants(true));
  for (const auto& [id, account] : world_.ledger.accounts()) {
    const auto live = core::list_jobs(farm_->state(), id, {});
    const auto stored = core::list_jobs(restored.state(), id, {});
    if (!live.ok() || !stored.ok() || live->rows.size() != stored->rows.size()) {
      world_.fail("farm and store disagree about the cells of a campaign");
      continue;
    }
    for (std::size_t i = 0; i < live->rows.size(); ++i) {
      const std::string now = essence(live->rows[i]);
      const std::string then = essence(stored->rows[i]);
      if (now != then) world_.fail("farm and store disagree: \"" + now + "\" and \"" + then + "\"");
    }
  }
}

}  // namespace troupe::sim
