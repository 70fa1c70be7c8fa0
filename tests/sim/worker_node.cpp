#include "tests/sim/worker_node.h"

#include <utility>

namespace troupe::sim {

using namespace agent;

namespace {

constexpr std::size_t kMostUnsynced = 64;  // deletions that a crash may undo

}  // namespace

WorkerNode::WorkerNode(World& world, CoordinatorNode& coordinator, std::size_t node, WorkerId id, std::size_t slots,
                       bool bad)
    : world_(world),
      coordinator_(coordinator),
      node_(node),
      id_(std::move(id)),
      slots_(slots),
      bad_(bad),
      wire_(world) {}

void WorkerNode::start() {
  if (session_ || removed_) return;
  ++life_;
  instance_ = world_.random.next();
  SessionOptions options;
  options.worker = id_;
  options.instance = instance_;
  options.profile.host = "node" + std::to_string(node_);
  options.profile.protocol_min = 1;
  options.profile.protocol_max = world_.random.chance(world_.knobs.old_protocol) ? 1 : 2;
  options.profile.slots.resize(slots_, Slot{"cpu", "fake", 0});
  options.profile.packs = {PackOffer{"pocket", {}, 4}};
  options.profile.version = "simulated";
  options.outbox_results = 2 + world_.random.below(6);
  options.ahead = world_.random.below(3);
  options.grace = Millis(10'000);
  options.retry = {Millis(200), Millis(4000)};
  options.seed = world_.random.next();
  session_ = std::make_unique<Session>(options);
  engines_.assign(slots_, Engine{});
  world_.trace("worker starts", {node_, instance_, disk_.size()});
  Started started;
  for (const auto& [ticket, result] : disk_) {
    started.outbox.push_back(result);
    promised_.insert(ticket);
  }
  happen(started);
  if (full_) happen(OutboxSpace{true, "no space left"});
  for (SlotIndex slot = 0; slot < slots_; ++slot) start_engine(slot, world_.between(Millis(100), Millis(3000)));
}

void WorkerNode::crash() {
  if (!session_) return;
  world_.trace("worker crashes", {node_, instance_});
  session_.reset();
  for (auto& [write, result] : writing_) {
    if (world_.random.chance(0.5)) disk_[result.ticket] = result;
  }
  writing_.clear();
  for (auto& [ticket, result] : deleted_) {
    if (world_.random.chance(0.3)) disk_[ticket] = result;
  }
  deleted_.clear();
  promised_.clear();
  frozen_until_ = {};
  tick_.reset();
}

void WorkerNode::remove() {
  crash();
  removed_ = true;
  disk_.clear();
}

void WorkerNode::fill_disk(bool full) {
  if (full_ == full) return;
  full_ = full;
  happen(OutboxSpace{full, full ? "no space left" : ""});
}

void WorkerNode::receive(const ToWorker& message) {
  happen(FromCoordinator{message});
}

// Runs in this life of the process, and not while it is frozen.
void WorkerNode::later(Millis delay, Timeline::Task what) {
  world_.timeline.after(delay, [this, life = life_, what = std::move(what)]() mutable {
    if (life_ != life || !session_) return;
    if (world_.timeline.now() < frozen_until_) {
      later(frozen_until_ - world_.timeline.now(), std::move(what));
    } else {
      what();
    }
  });
}

void WorkerNode::happen(const SessionEvent& event) {
  if (!session_) return;
  if (world_.timeline.now() < frozen_until_) {
    later(frozen_until_ - world_.timeline.now(), [this, event] { happen(event); });
    return;
  }
  ++world_.steps;
  world_.trace("worker event", {node_, event.index()});
  const std::uint64_t life = life_;
  const SessionEffects effects = session_->step(event, world_.timeline.now());
  world_.expect_none(session_->check_invariants());
  for (const SessionEffect& effect : effects) {
    if (world_.unlucky(world_.knobs.crash_between)) {
      crash();
      return world_.timeline.after(world_.between(Millis(10), world_.knobs.outage), [this] { start(); });
    }
    std::visit([this](const auto& one) { perform(one); }, effect);
    if (life_ != life || !session_) return;
  }
  plan_tick();
}

// A tick is planned anew only where it comes sooner than the planned one; one that comes too soon plans the next.
void WorkerNode::plan_tick() {
  const Instant now = world_.timeline.now();
  const Instant next = session_->next_tick(now);
  if (tick_ && *tick_ <= next) return;
  tick_ = next;
  later(next - now, [this, next] {
    if (tick_ != next) return;
    tick_.reset();
    if (session_->next_tick(world_.timeline.now()) > world_.timeline.now()) return plan_tick();
    happen(Tick{});
  });
}

void WorkerNode::perform(const Send& effect) {
  world_.trace("worker sends", {node_, effect.message.body.index()});
  note_promises(effect.message);
  wire_.carry(true, [this, message = effect.message] { coordinator_.receive(message); });
  const auto* results = std::get_if<Results>(&effect.message.body);
  if (!results || !planted(Bug::kForgetEarly)) return;
  std::vector<Ticket> tickets;
  for (const JobResult& result : results->results) tickets.push_back(result.ticket);
  forget(tickets);
}

// Who was told that the outbox has a result may count on it.
void WorkerNode::note_promises(const FromWorker& message) {
  const std::vector<Held>* held = nullptr;
  if (const auto* hello = std::get_if<Hello>(&message.body)) held = &hello->held;
  if (const auto* heartbeat = std::get_if<Heartbeat>(&message.body)) held = &heartbeat->held;
  if (!held) return;
  for (const Held& one : *held) {
    if (one.state == HeldState::kUploading) promised_.insert(one.ticket);
  }
}

void WorkerNode::perform(const Reconnect&) {
  later(world_.between(Millis(10), Millis(500)), [this] { happen(Connected{}); });
}

void WorkerNode::perform(const FetchSpec& effect) {
  const bool arrives = coordinator_.up() && wire_.whole() && !world_.unlucky(0.05);
  if (arrives) {
    later(wire_.delay(), [this, spec = effect.spec] { happen(SpecReady{spec}); });
  } else {
    later(Millis(2000), [this, spec = effect.spec] {
      happen(SpecFailed{spec, Status(Code::kUnavailable, "the coordinator does not answer")});
    });
  }
}

void WorkerNode::perform(const FetchReferences& effect) {
  const bool arrive = coordinator_.up() && wire_.whole() && !world_.unlucky(0.02);
  later(arrive ? Millis(1) : Millis(2000), [this, arrive, ticket = effect.ticket] {
    if (arrive) {
      happen(ReferencesReady{ticket});
    } else {
      happen(ReferencesFailed{ticket, Status(Code::kUnavailable, "the coordinator does not answer")});
    }
  });
}

void WorkerNode::perform(const StoreResult& effect) {
  store(effect.result);
}

// Appends, and fsyncs a moment later; on a full disk it waits.
void WorkerNode::store(JobResult result) {
  if (full_) {
    later(Millis(500), [this, result = std::move(result)] { store(result); });
    return;
  }
  const std::uint64_t write = ++writes_;
  writing_[write] = std::move(result);
  later(world_.between(Millis(0), Millis(20)), [this, write] {
    const JobResult stored = writing_.extract(write).mapped();
    disk_[stored.ticket] = stored;
    deleted_.erase(stored.ticket);
    happen(ResultStored{stored});
  });
}

void WorkerNode::perform(const UploadArtifacts& effect) {
  for (const Digest& digest : effect.digests) upload(digest);
}

void WorkerNode::upload(const Digest& digest) {
  if (world_.unlucky(0.01)) {
    later(Millis(10), [this, digest] { happen(UploadFailed{{digest}, Status(Code::kCorrupt, "bad sector")}); });
    return;
  }
  // One answer and one alone: whichever comes first, the confirmation or the timeout.
  auto open = std::make_shared<bool>(true);
  later(Millis(6000), [this, digest, open] {
    if (std::exchange(*open, false)) happen(UploadFailed{{digest}, Status(Code::kTimeout, "no answer")});
  });
  const auto confirm = [this, digest, open, life = life_] {
    wire_.carry(false, [this, digest, open, life] {
      if (life_ != life || !session_ || !std::exchange(*open, false)) return;
      happen(Uploaded{{digest}});
    });
  };
  wire_.carry(true, [this, digest, confirm] { coordinator_.upload(digest, confirm); });
}

void WorkerNode::perform(const ForgetResults& effect) {
  forget(effect.tickets);
}

void WorkerNode::forget(const std::vector<Ticket>& tickets) {
  for (const Ticket& ticket : tickets) {
    const auto at = disk_.find(ticket);
    if (at == disk_.end()) continue;
    if (promised_.contains(ticket) && world_.ledger.counts_on(ticket)) {
      world_.fail("worker " + id_.value + " forgot a result that the coordinator still waits for");
    }
    if (deleted_.size() == kMostUnsynced) deleted_.erase(deleted_.begin());
    deleted_[ticket] = std::move(at->second);
    disk_.erase(at);
    promised_.erase(ticket);
  }
}

void WorkerNode::perform(const Say& effect) {
  world_.trace(id_.value + ": " + effect.text, {});
}

void WorkerNode::perform(const Exit&) {
  world_.trace("worker exits", {node_, disk_.size()});
  crash();
  if (!removed_) {
    const Millis away = world_.between(Millis(500), Millis(world_.healing ? 1000 : 60'000));
    world_.timeline.after(away, [this] { start(); });
  }
}

}  // namespace troupe::sim
