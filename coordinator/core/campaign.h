// A campaign as the farm keeps it: which cell is in which state, as sets of ranks. Moves between states keep the sets
// disjoint; whoever calls them also writes the edit that makes them durable.
//
// A cell is terminal (done, failed, rejected, cancelled), granted to a worker, or waits. Waiting cells that were never
// granted in their generation are `fresh`, an interval set; those that came back are in `tried` and `due`. Excluded
// positions may sit in `fresh` and `cancelled`, until a scheduling pass looks at them, and are never counted.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "coordinator/core/generations.h"
#include "coordinator/core/interval_set.h"
#include "coordinator/core/scores.h"
#include "coordinator/core/snapshot.h"

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
  // Everything that is not terminal -> cancelled. Returns the ranks; grants are gone.
  IntervalSet cancel_rest();
  // Terminal -> waiting; `ranks` must be terminal, `cancelled_cells_among` of them cancelled and not excluded.
  void requeue(const IntervalSet& ranks, std::uint64_t cancelled_cells_among);
  // An excluded position was looked at: it never will be again.
  void skip(Rank rank) { fresh.erase(rank); }

  CampaignRow row;
  manifest::Manifest manifest;
  IntervalSet fresh;
  std::map<Rank, Tried> tried;             // also while granted again
  std::set<std::pair<Instant, Rank>> due;  // the waiting ones of `tried`
  std::map<Rank, Grant> grants;
  IntervalSet done, failed, rejected, cancelled;
  std::uint64_t cancelled_cells = 0;
  Generations generations;
  Scores scores;  // of done cells, where there is `select`

  // Of pictures that came in during this life of the coordinator.
  double job_seconds = 0;
  std::uint64_t jobs_timed = 0;

 private:
  // The cells [first, last) that select compares.
  struct Group {
    Rank first = 0, last = 0;
  };
  void end_tries(Rank rank);
  Group group_of(Rank rank) const;
  bool is_closed(const Group& group) const;
  std::vector<Rank> best_of(const Group& group) const;

  // The kept cells of closed groups that were asked for, by their first rank.
  mutable std::map<Rank, std::vector<Rank>> decided_;
};

JobState state_of(const Grant& grant);
Ticket ticket_of(const LeaseGrant& grant);

}  // namespace troupe::core
