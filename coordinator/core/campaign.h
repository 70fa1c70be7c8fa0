// A campaign as the farm keeps it: which cell is in which state, as sets of ranks. Moves between states keep the sets
// disjoint; whoever calls them also writes the edit that makes them durable.
//
// A cell is terminal (done, failed, rejected, cancelled), granted to a worker, or waits. Waiting cells that were never
// granted in their generation are `fresh`, an interval set; those that came back are in `tried` and `due`. Cells that
// an order holds (holds.h) move to `held` and `held_tries` when they are looked at, and back whenever the orders
// change. Excluded positions may sit in `fresh`, `held` and `cancelled`, until a scheduling pass looks at them, and are
// never counted.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "coordinator/core/generations.h"
#include "coordinator/core/holds.h"
#include "coordinator/core/interval_set.h"
#include "coordinator/core/scores.h"
#include "coordinator/core/snapshot.h"
#include "coordinator/core/standings.h"

namespace troupe::core {

// What a worker was given, and what it last said about it.
struct Grant {
  LeaseGrant row;
  Instant sent;  // when the worker was last told, or last said that it knows
  HeldState state = HeldState::kQueued;
  bool listed = false;  // the worker said that it holds it
  std::string stage = {};
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  std::optional<Instant> running_since = {};
  Instant progressed = {};  // when stage or step last changed, as far as the worker said
  double charged = 0;       // seconds that the project is charged while the job runs
};

// A cell that was granted and came back without a result.
struct Tried {
  RetryRow row;
  Instant due;                        // waits at least until then
  std::optional<WorkerId> avoid;      // whose fault it was: another worker is tried first
  std::optional<WorkerId> lost_with;  // fell silent while it had the cell: may take it up again
};

struct Campaign {
  Campaign(CampaignRow row_, manifest::Manifest manifest_);
  // `now` and `wall` are the same moment: backoffs are stored on the wall clock and served on the other.
  Campaign(const CampaignSnapshot& snapshot, manifest::Manifest manifest_, Instant now, WallMillis wall,
           Millis most_wait);

  // "spring-drop#2"
  std::string label() const;
  const manifest::Sweep& sweep() const { return manifest.sweep(); }
  std::uint32_t generation(Rank rank) const { return generation_of(generations, rank); }
  // The name of a cell for people: its index and its address.
  std::string describe(JobIndex index) const;

  std::uint64_t waiting() const;
  JobCounts counts() const;
  JobState state_of(Rank rank) const;
  bool is_terminal_cell(Rank rank) const;
  // Whether the cell is among the best of its group: of the cells that differ on the axis select.of alone, the
  // select.keep done ones with the highest scores. Nothing while a cell of the group is open, and without `select`. It
  // follows from states and scores, so that nothing but these is stored.
  std::optional<bool> kept(Rank rank) const;

  // Waits -> granted. Takes the place of nothing: needs a waiting cell.
  void grant(Grant grant);
  // Granted -> waits until tried.due.
  void give_back(Rank rank, Tried entry);
  // Granted or waiting -> terminal by a result of that outcome. `score` is what `select` compares.
  void commit(Rank rank, Outcome outcome, std::optional<double> score = {});
  // Waits, never granted -> done by an earlier revision's result.
  void reuse(Rank rank, std::optional<double> score);
  // Everything that is not terminal -> cancelled. Returns the ranks; grants are gone.
  IntervalSet cancel_rest();
  // Granted or waiting -> cancelled; `cells` of the ranks are not excluded.
  void cancel(const IntervalSet& ranks, std::uint64_t cells);
  // Terminal -> waiting; `ranks` must be terminal, `cancelled_cells_among` of them cancelled and not excluded.
  void requeue(const IntervalSet& ranks, std::uint64_t cancelled_cells_among);
  // An excluded position was looked at: it never will be again.
  void skip(Rank rank) { fresh.erase(rank); }

  // The next of `fresh` that may run by the orders, of the highest priority; it may be excluded. Those that it meets
  // and must not run move to `held`. Each thing looked at takes one off `looks`; nothing when they or the cells are
  // used up.
  std::optional<Rank> next_fresh(std::size_t& looks);
  // The highest priority that a cell of `fresh` may have; exact once the next one was asked for.
  int top_priority() const;
  // Sets held tries at the front of `due` aside, as next_fresh does with cells. Then `due` may be looked through.
  void set_held_tries_aside(Instant now, std::size_t& looks);
  // Of a waiting cell.
  Hold hold(Rank rank) const { return holds.hold(rank); }
  // How many waiting cells are held; nothing when that would take too long to find out.
  std::optional<std::uint64_t> held_cells() const;
  // To be called after `holds` or row.priority changed.
  void holds_changed();

  CampaignRow row;
  manifest::Manifest manifest;
  Holds holds;
  IntervalSet fresh;
  IntervalSet held;
  std::set<Rank> held_tries;
  std::map<Rank, Tried> tried;             // also while granted again
  std::set<std::pair<Instant, Rank>> due;  // the waiting ones of `tried`
  std::map<Rank, Grant> grants;            // of each cell the newest, which alone is durable
  // Older grants of stragglers that were granted a second time, or whose second grant ended: while they run, their
  // results still count. Their cells are granted, or wait.
  std::map<Rank, Grant> elders;
  IntervalSet done, failed, rejected, cancelled;
  IntervalSet reused;  // of the done ones: by an earlier revision's result
  std::uint64_t cancelled_cells = 0;
  Generations generations;
  Scores scores;  // of done cells, where there is `select`

  // Of the pack that rendered its pictures: set by the first, all zero once another did.
  std::optional<Digest> pack;
  bool anew = false;   // takes nothing over from earlier revisions
  bool stays = false;  // was taken out of the archive: retention leaves it alone

  // Of pictures that came in, over restarts too.
  double job_seconds = 0;
  std::uint64_t jobs_timed = 0;
  std::optional<double> seconds_a_job() const {
    return jobs_timed > 0 ? std::optional(job_seconds / static_cast<double>(jobs_timed)) : std::nullopt;
  }

  Standing standing;

  // The worker's own grant of the cell, be it the newest or the elder one; nullptr when it has none.
  Grant* grant_of(Rank rank, const WorkerId& worker);
  const Grant* grant_of(Rank rank, const WorkerId& worker) const;

 private:
  // The cells [first, last) that select compares.
  struct Group {
    Rank first = 0, last = 0;
  };
  // Cells of one priority, and before which rank none of them is left in `fresh`.
  struct Level {
    int priority = 0;
    Rank from = 0;
  };
  void end_tries(Rank rank);
  Group group_of(Rank rank) const;
  bool is_closed(const Group& group) const;
  std::vector<Rank> best_of(const Group& group) const;

  // The kept cells of closed groups that were asked for, by their first rank.
  mutable std::map<Rank, std::vector<Rank>> decided_;
  std::vector<Level> levels_;  // the highest first
};

JobState state_of(const Grant& grant);
Ticket ticket_of(const LeaseGrant& grant);

}  // namespace troupe::core
