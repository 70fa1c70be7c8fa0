#include "tests/sim/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "coordinator/core/scores.h"
#include "tests/sim/checks.h"
#include "tests/sim/client.h"
#include "tests/sim/coordinator_node.h"
#include "tests/sim/disturbances.h"
#include "tests/sim/worker_node.h"

namespace troupe::sim {
namespace {

constexpr Millis kBetweenLooks{5000};
constexpr Millis kBetweenPeaces{60'000};
constexpr std::uint64_t kPositionsALook = 256;  // a comparison of everything is put off for a look by so many cells

class Simulation {
 public:
  Simulation(const Knobs& knobs, Listener listener)
      : world_(knobs, std::move(listener)),
        coordinator_(world_, [this](const ToWorker& message) { crew_.route(message); }),
        client_(world_, coordinator_),
        crew_(world_, coordinator_),
        disturbances_(world_, coordinator_, client_, crew_) {}

  Report run() {
    coordinator_.start();
    crew_.start();
    client_.start();
    disturbances_.start();
    plan_look();
    world_.timeline.after(world_.knobs.trouble, [this] { heal(); });
    while (!over_ && world_.failures.empty() && world_.timeline.run_one()) {
    }
    if (world_.failures.empty()) check_end();
    return {world_.failures,         world_.trace_digest,        world_.steps,
            world_.ledger.commits(), world_.ledger.full_disks(), world_.timeline.now().since_start};
  }

 private:
  void heal() {
    world_.healing = true;
    world_.trace("healing", {});
    coordinator_.fill_disk(false);
    coordinator_.start();
    crew_.heal();
    world_.timeline.after(Millis(1000), [this] { make_peace(); });
  }

  void make_peace() {
    client_.make_peace(crew_.ids());
    if (!over_) world_.timeline.after(kBetweenPeaces, [this] { make_peace(); });
  }

  // Every few seconds: is all well, is all done?
  void plan_look() {
    world_.timeline.after(kBetweenLooks, [this] {
      if (++looks_ >= next_comparison_ && coordinator_.up() && coordinator_.idle()) {
        next_comparison_ = looks_ + 1 + world_.ledger.positions() / kPositionsALook;
        coordinator_.compare_with_store();
      }
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
    return crew_.delivered_everything();
  }

  void say_what_is_missing() {
    if (!client_.everything_submitted()) world_.fail("did not converge: a submit was never answered");
    for (const auto& [id, account] : world_.ledger.accounts()) {
      if (is_terminal(account.row.state)) continue;
      world_.fail("did not converge: " + account.label() + " is " + std::string(name(account.row.state)));
    }
    if (!crew_.delivered_everything()) world_.fail("did not converge: an outbox is not empty");
  }

  void check_end() {
    world_.expect_none(coordinator_.farm().check_invariants(true));
    coordinator_.compare_with_store();
    for (const auto& [id, account] : world_.ledger.accounts()) {
      for (Rank rank = 0; rank < account.cells.size(); ++rank) {
        if (account.manifest.sweep().excluded(account.manifest.sweep().index_at(rank))) continue;
        check_cell(account, rank, account.cells[rank]);
      }
    }
  }

  void check_cell(const Account& account, Rank rank, const CellFacts& facts) {
    const auto what = [&] { return account.label() + " rank " + std::to_string(rank); };
    if (!facts.terminal) return world_.fail(what() + " is not over");
    if (*facts.terminal == JobState::kCancelled) return;
    if (!facts.result) return world_.fail(what() + " is over without a result");
    if (facts.result->outcome == Outcome::kFailed) {
      if (!facts.result->has_reason) world_.fail(what() + " failed without a reason");
      return;
    }
    check_score(account, rank, facts);
    for (const Digest& blob : facts.result->blobs) {
      if (!coordinator_.has_blob(blob)) world_.fail(what() + " names a blob that is not there");
    }
  }

  // Restarts and requeues must not lose what select compares; that the best are kept is one of the farm's invariants.
  void check_score(const Account& account, Rank rank, const CellFacts& facts) {
    const auto& select = account.manifest.select();
    if (!select || facts.terminal != JobState::kDone) return;
    const core::Campaign& campaign = *coordinator_.farm().state().find(account.row.id);
    const std::string what = account.label() + " rank " + std::to_string(rank);
    if (campaign.scores.find(rank) != core::score_in(facts.result->metadata_json, select->by)) {
      world_.fail(what + " has another score than its result");
    }
    if (!campaign.kept(rank)) world_.fail(what + " is over, and select has not decided");
  }

  World world_;
  CoordinatorNode coordinator_;
  Client client_;
  Crew crew_;
  Disturbances disturbances_;
  std::uint64_t looks_ = 0;
  std::uint64_t next_comparison_ = 0;
  bool over_ = false;
};

}  // namespace

Report simulate(const Knobs& knobs, Listener listener) {
  return Simulation(knobs, std::move(listener)).run();
}

}  // namespace troupe::sim
