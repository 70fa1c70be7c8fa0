#include "tests/sim/coordinator_node.h"

#include <algorithm>
#include <utility>

#include "tests/sim/checks.h"

namespace troupe::sim {
namespace {

constexpr std::uint64_t kStepsBetweenFullChecks = 64;
constexpr Millis kHealedDisk{5};     // what a healthy one takes at most
constexpr Millis kTryAgain{500};     // a transaction that found no space
constexpr Millis kWhileHeldUp{250};  // between two looks of a message that waits for the disk
constexpr std::size_t kMostHeldUp = 2000;

bool is_mendable(const JobResult& result) {
  return result.outcome == Outcome::kFailed && result.fault != Fault::kInput && result.fault != Fault::kModel;
}

}  // namespace

CoordinatorNode::CoordinatorNode(World& world, std::function<void(const ToWorker&)> to_worker)
    : world_(world), to_worker_(std::move(to_worker)), store_(store::make_memory_store()) {}

void CoordinatorNode::start() {
  if (farm_) return;
  ++life_;
  const Result<core::Snapshot> snapshot = store_->load();
  if (!snapshot.ok()) return world_.fail("the store cannot be loaded: " + snapshot.status().to_string());
  epoch_ = Epoch{snapshot->epoch.value + 1};
  if (!make_durable({Batch{{core::EpochStarted{epoch_}}, {}, {}}})) return;
  farm_ =
      std::make_unique<core::Farm>(world_.knobs.farm, epoch_, *snapshot, world_.timeline.now(), world_.timeline.wall());
  world_.trace("coordinator starts, epoch", {epoch_.value});
  world_.expect_none(farm_->check_invariants(true));
  compare_with_store();
  step(core::Tick{});
}

void CoordinatorNode::crash() {
  if (!farm_) return;
  world_.trace("coordinator crashes", {life_, writing_.size(), waiting_.size()});
  if (!writing_.empty() && !disk_full_ && world_.random.chance(0.5)) {
    make_durable(writing_);
    if (!waiting_.empty() && world_.random.chance(0.5)) make_durable(waiting_);
  }
  writing_.clear();
  waiting_.clear();
  refused_.reset();
  recoveries_ = world_.ledger.full_disks();
  asked_.clear();
  farm_.reset();
  tick_.reset();
  for (const Digest& digest : unsynced_blobs_) {
    blobs_.erase(digest);
    if (world_.ledger.names(digest)) world_.fail("a committed result names a blob that a crash took away");
  }
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
    if (!planted(Bug::kNoGenerationCheck)) continue;
    if (const CellFacts* facts = world_.ledger.find(result.ticket)) result.ticket.generation = facts->generation;
  }
  return spoke;
}

void CoordinatorNode::receive(const FromWorker& message) {
  if (!farm_) return;
  if (disk_full_) {
    // The server leaves messages in the socket, until the socket is full.
    if (held_up_ >= kMostHeldUp) return;
    ++held_up_;
    return world_.timeline.after(kWhileHeldUp, [this, message, life = life_] {
      --held_up_;
      if (life_ == life) receive(message);
    });
  }
  world_.trace(message.worker.value, {message.body.index(), message.instance, message.epoch.value});
  if (const auto* results = std::get_if<Results>(&message.body)) {
    // Where a worker reported a failure after a picture that it could not deliver, the ack is of the failure.
    for (const JobResult& result : results->results) {
      const bool mendable = is_mendable(result);
      heard_.emplace(result.ticket, mendable).first->second |= mendable;
    }
  }
  step(spoken(message));
}

void CoordinatorNode::request(core::Event event, std::function<void(const core::Reply&)> answer) {
  if (!farm_) return;
  if (disk_full_) return answer({0, Status(Code::kNoSpace, "the disk is full"), ""});
  const core::RequestId id = next_request_++;
  std::visit(
      [id](auto& one) {
        if constexpr (requires { one.request; }) one.request = id;
      },
      event);
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
  const Millis sync = world_.between(Millis(1), world_.healing ? kHealedDisk : world_.knobs.blob_sync);
  if (planted(Bug::kBlobBeforeSync)) {
    if (!blobs_.contains(digest)) unsynced_blobs_.insert(digest);
    blobs_.insert(digest);
    confirm();
    world_.timeline.after(sync, [make_durable_blob] { make_durable_blob(true); });
    return;
  }
  world_.timeline.after(sync, [make_durable_blob, confirm = std::move(confirm)] {
    if (make_durable_blob(false)) confirm();
  });
}

void CoordinatorNode::step(const core::Event& event) {
  ++world_.steps;
  core::Effects effects = farm_->step(event, world_.timeline.now(), world_.timeline.wall());
  check(effects.edits);
  for (const core::Note& note : effects.notes) world_.trace(note.text, {});
  Batch batch{std::move(effects.edits), std::move(effects.sends), std::move(effects.replies)};
  send_early(batch);
  if (!batch.edits.empty() || !batch.sends.empty() || !batch.replies.empty()) waiting_.push_back(std::move(batch));
  if (writing_.empty() && !waiting_.empty()) begin_commit();
  plan_tick();
}

// Cheap checks at every step. Full ones cost as much as there are cells: so seldom that they cost about as much as the
// steps between them.
void CoordinatorNode::check(const std::vector<core::Edit>& edits) {
  CampaignId last{};
  for (const core::Edit& edit : edits) {
    const std::optional<CampaignId> id = campaign_of(edit);
    if (!id || *id == last) continue;
    last = *id;
    if (const core::Campaign* campaign = farm_->state().find(*id)) world_.expect_none(check_counts(*campaign));
  }
  if (world_.steps < next_full_check_) return;
  next_full_check_ = world_.steps + std::max(kStepsBetweenFullChecks, 2 * world_.ledger.positions());
  world_.expect_none(farm_->check_invariants(true));
  world_.expect_none(check_reasons(farm_->state(), ++full_checks_));
}

// Planted bugs: these do not wait for the commit.
void CoordinatorNode::send_early(Batch& batch) {
  const auto early = [&](const ToWorker& message) {
    return (planted(Bug::kAckBeforeCommit) && std::holds_alternative<Ack>(message.body)) ||
           (planted(Bug::kLeaseBeforeCommit) && std::holds_alternative<Lease>(message.body));
  };
  for (const ToWorker& message : batch.sends) {
    if (early(message)) send(message);
  }
  std::erase_if(batch.sends, early);
}

// A tick is planned anew only where it comes sooner than the planned one.
void CoordinatorNode::plan_tick() {
  const Instant next = farm_->next_tick(world_.timeline.now());
  if (!tick_ || *tick_ > next) plan_tick_at(next);
}

void CoordinatorNode::plan_tick_at(Instant when) {
  tick_ = when;
  world_.timeline.at(when, [this, when, life = life_] {
    if (life_ != life || !farm_ || tick_ != when) return;
    // Nothing is stepped while nothing can be written.
    if (disk_full_) return plan_tick_at(when + kWhileHeldUp);
    tick_.reset();
    step(core::Tick{});
  });
}

void CoordinatorNode::begin_commit() {
  writing_ = std::exchange(waiting_, {});
  plan_commit(world_.between(Millis(0), world_.healing ? kHealedDisk : world_.knobs.commit));
}

void CoordinatorNode::plan_commit(Millis delay) {
  world_.timeline.after(delay, [this, life = life_] {
    if (life_ != life || !farm_) return;
    if (disk_full_) {
      if (!refused_) refused_ = core::StoreRecovered{world_.timeline.wall(), "the disk is full"};
      return plan_commit(kTryAgain);
    }
    finish_commit();
    if (!farm_ || !refused_) return;
    ++recoveries_;
    step(*std::exchange(refused_, std::nullopt));
  });
}

bool CoordinatorNode::make_durable(const std::deque<Batch>& batches) {
  std::vector<core::Edit> edits;
  for (const Batch& batch : batches) edits.insert(edits.end(), batch.edits.begin(), batch.edits.end());
  if (edits.empty()) return true;
  if (const Status status = store_->commit(edits); !status.ok()) {
    world_.fail("the store refuses a batch: " + status.to_string());
    return false;
  }
  world_.expect_none(world_.ledger.apply(edits));
  check_blobs(edits);
  return true;
}

void CoordinatorNode::check_blobs(const std::vector<core::Edit>& edits) {
  for (const core::Edit& edit : edits) {
    const auto* committed = std::get_if<core::ResultCommitted>(&edit);
    if (!committed) continue;
    for (const Artifact& artifact : committed->result.artifacts) {
      if (!blobs_.contains(artifact.digest)) world_.fail("a result was committed whose blob is not there");
    }
  }
}

void CoordinatorNode::finish_commit() {
  const std::deque<Batch> batches = std::exchange(writing_, {});
  world_.trace("commit", {batches.size(), world_.ledger.commits()});
  make_durable(batches);
  const std::uint64_t life = life_;
  for (const Batch& batch : batches) {
    deliver(batch);
    if (life_ != life || !farm_) return;
  }
  if (writing_.empty() && !waiting_.empty()) begin_commit();
}

void CoordinatorNode::deliver(const Batch& batch) {
  const std::uint64_t life = life_;
  for (const ToWorker& message : batch.sends) {
    if (world_.unlucky(world_.knobs.crash_between)) {
      crash();
      world_.timeline.after(world_.between(Millis(10), world_.knobs.outage), [this] { start(); });
      return;
    }
    send(message);
  }
  for (const core::Reply& reply : batch.replies) {
    const auto at = asked_.find(reply.request);
    if (at == asked_.end()) continue;
    const auto answer = std::move(at->second);
    asked_.erase(at);
    answer(reply);
    if (life_ != life) return;
  }
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
  world_.expect_none(compare_farms(farm_->state(), restored.state()));
  world_.expect_none(compare_with_ledger(farm_->state(), world_.ledger));
  if (recoveries_ != world_.ledger.full_disks()) world_.fail("the event log does not tell of each full disk");
}

}  // namespace troupe::sim
