#include "tests/sim/simulation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "coordinator/core/farm_state.h"
#include "coordinator/core/scores.h"
#include "tests/sim/client.h"
#include "tests/sim/coordinator_node.h"
#include "tests/sim/worker_node.h"
#include "tests/sim/world.h"

namespace troupe::sim {
namespace {

constexpr Millis kBetweenLooks{5000};

class Simulation {
 public:
  Simulation(const Knobs& knobs, bool verbose)
      : world_(knobs),
        coordinator_(world_, [this](const ToWorker& message) { route(message); }),
        client_(world_, coordinator_) {
    world_.verbose = verbose;
    for (std::size_t i = 0; i < knobs.workers; ++i) add_worker("w" + std::to_string(i));
    if (knobs.twin) add_worker("w0");
  }

  Report run() {
    coordinator_.start();
    for (auto& worker : workers_) {
      world_.timeline.after(world_.between(Millis(0), Millis(5000)), [&worker] { worker->start(); });
    }
    client_.start();
    plan_disturbance();
    plan_look();
    world_.timeline.after(world_.knobs.trouble, [this] { heal(); });
    while (!over_ && world_.failures.empty() && world_.timeline.run_one()) {
    }
    if (world_.failures.empty()) check_end();
    return {world_.failures, world_.trace_digest, world_.steps, world_.ledger.commits(),
            world_.timeline.now().since_start};
  }

 private:
  void add_worker(const std::string& id) {
    const std::size_t slots = 1 + world_.random.below(world_.knobs.most_slots);
    workers_.push_back(std::make_unique<WorkerNode>(world_, coordinator_, workers_.size(), WorkerId{id}, slots));
    ids_.push_back(WorkerId{id});
  }

  // The server sends to the connection of the start of the agent that is meant.
  void route(const ToWorker& message) {
    for (auto& worker : workers_) {
      if (worker->id() != message.worker || worker->instance() != message.instance) continue;
      WorkerNode* to = worker.get();
      to->wire().carry(false, [to, message] {
        if (to->instance() == message.instance) to->receive(message);
      });
    }
  }

  void plan_disturbance() {
    world_.timeline.after(world_.between(Millis(0), 2 * world_.knobs.disturbance), [this] {
      if (world_.healing) return;
      disturb(*workers_[world_.random.below(workers_.size())]);
      plan_disturbance();
    });
  }

  void disturb(WorkerNode& worker) {
    const Millis lasts = world_.between(Millis(100), Millis(world_.random.chance(0.3) ? 60'000 : 8000));
    const auto afterwards = [&](std::function<void()> what) { world_.timeline.after(lasts, std::move(what)); };
    switch (world_.random.below(9)) {
      case 0:
      case 1: coordinator_.crash(); return afterwards([this] { coordinator_.start(); });
      case 2: worker.crash(); return afterwards([&worker] { worker.start(); });
      case 3: return worker.freeze(lasts);
      case 4: return worker.terminate();
      case 5:
      case 6: {
        const bool up = world_.random.chance(0.6);
        const bool down = !up || world_.random.chance(0.5);
        if (up) worker.wire().cut(true, true);
        if (down) worker.wire().cut(false, true);
        return afterwards([&worker] {
          worker.wire().cut(true, false);
          worker.wire().cut(false, false);
        });
      }
      case 7: worker.fill_disk(true); return afterwards([&worker] { worker.fill_disk(false); });
      default: return client_.meddle(ids_);
    }
  }

  void heal() {
    world_.healing = true;
    world_.trace("healing", {});
    coordinator_.start();
    if (world_.knobs.twin) workers_.back()->remove();
    for (auto& worker : workers_) {
      worker->wire().cut(true, false);
      worker->wire().cut(false, false);
      worker->fill_disk(false);
      worker->start();
    }
    world_.timeline.after(Millis(1000), [this] { make_peace(); });
  }

  void make_peace() {
    client_.make_peace(ids_);
    if (!over_) world_.timeline.after(Millis(60'000), [this] { make_peace(); });
  }

  // Every few seconds: is all well, is all done?
  void plan_look() {
    world_.timeline.after(kBetweenLooks, [this] {
      coordinator_.compare_with_store();
      if (world_.healing && converged()) over_ = true;
      if (world_.timeline.now().since_start > world_.knobs.trouble + world_.knobs.patience) {
        over_ = true;
        say_what_is_missing();
      }
      plan_look();
    });
  }

  bool converged() const {
    if (!client_.everything_submitted() || !coordinator_.idle()) return false;
    for (const auto& [id, account] : world_.ledger.accounts()) {
      if (!is_terminal(account.row.state)) return false;
    }
    return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->empty(); });
  }

  void say_what_is_missing() {
    if (!client_.everything_submitted()) world_.fail("did not converge: a submit was never answered");
    for (const auto& [id, account] : world_.ledger.accounts()) {
      if (is_terminal(account.row.state)) continue;
      world_.fail("did not converge: " + account.row.name + "#" + std::to_string(account.row.revision) + " is " +
                  std::string(name(account.row.state)));
    }
    for (const auto& worker : workers_) {
      if (!worker->empty()) world_.fail("did not converge: the outbox of " + worker->id().value + " is not empty");
    }
  }

  void check_end() {
    world_.expect_none(coordinator_.farm().check_invariants(true));
    coordinator_.compare_with_store();
    for (const auto& [id, account] : world_.ledger.accounts()) {
      for (const auto& [rank, facts] : account.cells) {
        if (account.manifest.sweep().excluded(account.manifest.sweep().index_at(rank))) continue;
        check_cell(account, rank, facts);
      }
    }
  }

  void check_cell(const Ledger::Account& account, Rank rank, const CellFacts& facts) {
    const std::string what =
        account.row.name + "#" + std::to_string(account.row.revision) + " rank " + std::to_string(rank);
    if (!facts.terminal) return world_.fail(what + " is not over");
    if (*facts.terminal == JobState::kCancelled) return;
    if (!facts.result) return world_.fail(what + " is over without a result");
    if (facts.result->outcome == Outcome::kFailed) {
      if (facts.result->reason.empty()) world_.fail(what + " failed without a reason");
      return;
    }
    check_score(account, rank, facts, what);
    for (const Artifact& artifact : facts.result->artifacts) {
      if (!coordinator_.has_blob(artifact.digest)) world_.fail(what + " names a blob that is not there");
    }
  }

  // Restarts and requeues must not lose what select compares; that the best are kept is one of the farm's invariants.
  void check_score(const Ledger::Account& account, Rank rank, const CellFacts& facts, const std::string& what) {
    const auto& select = account.manifest.select();
    if (!select || facts.terminal != JobState::kDone) return;
    const core::Campaign& campaign = *coordinator_.farm().state().find(account.row.id);
    if (campaign.scores.find(rank) != core::score_in(facts.result->metadata_json, select->by)) {
      world_.fail(what + " has another score than its result");
    }
    if (!campaign.kept(rank)) world_.fail(what + " is over, and select has not decided");
  }

  World world_;
  CoordinatorNode coordinator_;
  Client client_;
  std::vector<std::unique_ptr<WorkerNode>> workers_;
  std::vector<WorkerId> ids_;
  bool over_ = false;
};

}  // namespace

Report simulate(const Knobs& knobs, bool verbose) {
  return Simulation(knobs, verbose).run();
}

}  // namespace troupe::sim
