#include "coordinator/core/campaign.h"

#include <algorithm>
#include <utility>

namespace troupe::core {
namespace {

// Cells among cancelled positions: excluded ones may be among these.
std::uint64_t count_cells(const manifest::Sweep& sweep, const IntervalSet& ranks) {
  if (sweep.cells() == sweep.positions()) return ranks.size();
  std::uint64_t cells = 0;
  for (const auto& [first, last] : ranks.intervals()) {
    for (Rank rank = first; rank < last; ++rank) cells += sweep.excluded(sweep.index_at(rank)) ? 0 : 1;
  }
  return cells;
}

}  // namespace

JobState state_of(const Grant& grant) {
  switch (grant.state) {
    case HeldState::kQueued: return JobState::kLeased;
    case HeldState::kRunning: return JobState::kRunning;
    case HeldState::kUploading: return JobState::kUploading;
  }
  return JobState::kLeased;
}

Ticket ticket_of(const LeaseGrant& grant) {
  return {grant.campaign, grant.index, grant.generation, grant.attempt};
}

Campaign::Campaign(CampaignRow row_, manifest::Manifest manifest_)
    : row(std::move(row_)), manifest(std::move(manifest_)), fresh(0, manifest.sweep().positions()) {
  holds_changed();
}

Campaign::Campaign(const CampaignSnapshot& snapshot, manifest::Manifest manifest_, Instant now, WallMillis wall,
                   Millis most_wait)
    : Campaign(snapshot.row, std::move(manifest_)) {
  done = snapshot.done;
  failed = snapshot.failed;
  rejected = snapshot.rejected;
  cancelled = snapshot.cancelled;
  reused = snapshot.reused;
  generations = snapshot.generations;
  for (const auto& [rank, score] : snapshot.scores) scores.set(rank, score);
  for (const IntervalSet* set : {&done, &failed, &rejected, &cancelled}) {
    for (const auto& [first, last] : set->intervals()) fresh.erase(first, last);
  }
  for (const auto& [rank, retry] : snapshot.retries) {
    // The wall clock may have jumped since: no wait is longer than the longest that is ever given.
    const Millis wait(std::clamp<WallMillis>(retry.not_before - wall, 0, most_wait.count()));
    tried[rank] = {retry, now + wait, {}, {}};
    due.insert({now + wait, rank});
    fresh.erase(rank);
  }
  for (const LeaseGrant& row_of_grant : snapshot.grants) grant(Grant{.row = row_of_grant, .sent = now});
  const bool all_over = is_terminal(row.state);
  cancelled_cells =
      all_over ? row.cells - done.size() - failed.size() - rejected.size() : count_cells(sweep(), cancelled);
}

std::string Campaign::label() const {
  return row.name + "#" + std::to_string(row.revision);
}

std::string Campaign::describe(JobIndex index) const {
  const std::string address = sweep().address(index).to_string();
  return "job " + std::to_string(index) + (address.empty() ? "" : " (" + address + ")");
}

std::uint64_t Campaign::waiting() const {
  return row.cells - done.size() - failed.size() - rejected.size() - cancelled_cells - grants.size();
}

JobCounts Campaign::counts() const {
  JobCounts counts{};
  const auto count = [&](JobState state) -> std::uint64_t& { return counts[static_cast<std::size_t>(state)]; };
  count(JobState::kWaiting) = waiting();
  for (const auto& [rank, granted] : grants) ++count(core::state_of(granted));
  count(JobState::kDone) = done.size();
  count(JobState::kFailed) = failed.size();
  count(JobState::kRejected) = rejected.size();
  count(JobState::kCancelled) = cancelled_cells;
  return counts;
}

JobState Campaign::state_of(Rank rank) const {
  if (const auto at = grants.find(rank); at != grants.end()) return core::state_of(at->second);
  if (done.contains(rank)) return JobState::kDone;
  if (failed.contains(rank)) return JobState::kFailed;
  if (rejected.contains(rank)) return JobState::kRejected;
  if (cancelled.contains(rank)) return JobState::kCancelled;
  return JobState::kWaiting;
}

bool Campaign::is_terminal_cell(Rank rank) const {
  return is_terminal(state_of(rank));
}

void Campaign::grant(Grant granted) {
  const Rank rank = granted.row.rank;
  fresh.erase(rank);
  held.erase(rank);
  held_tries.erase(rank);
  if (const auto entry = tried.find(rank); entry != tried.end()) due.erase({entry->second.due, rank});
  grants[rank] = std::move(granted);
}

Grant* Campaign::grant_of(Rank rank, const WorkerId& worker) {
  for (std::map<Rank, Grant>* map : {&grants, &elders}) {
    const auto at = map->find(rank);
    if (at != map->end() && at->second.row.worker == worker) return &at->second;
  }
  return nullptr;
}

const Grant* Campaign::grant_of(Rank rank, const WorkerId& worker) const {
  for (const std::map<Rank, Grant>* map : {&grants, &elders}) {
    const auto at = map->find(rank);
    if (at != map->end() && at->second.row.worker == worker) return &at->second;
  }
  return nullptr;
}

void Campaign::give_back(Rank rank, Tried entry) {
  grants.erase(rank);
  due.insert({entry.due, rank});
  tried[rank] = std::move(entry);
}

void Campaign::end_tries(Rank rank) {
  grants.erase(rank);
  const auto entry = tried.find(rank);
  if (entry == tried.end()) return;
  due.erase({entry->second.due, rank});
  held_tries.erase(rank);
  tried.erase(entry);
}

void Campaign::commit(Rank rank, Outcome outcome, std::optional<double> score) {
  end_tries(rank);
  scores.set(rank, outcome == Outcome::kDone ? score : std::nullopt);
  switch (outcome) {
    case Outcome::kDone: done.insert(rank); break;
    case Outcome::kRejected: rejected.insert(rank); break;
    case Outcome::kFailed: failed.insert(rank); break;
  }
}

void Campaign::reuse(Rank rank, std::optional<double> score) {
  fresh.erase(rank);
  done.insert(rank);
  reused.insert(rank);
  scores.set(rank, score);
}

void Campaign::cancel(const IntervalSet& ranks, std::uint64_t cells) {
  for (const auto& [first, last] : ranks.intervals()) {
    fresh.erase(first, last);
    held.erase(first, last);
    grants.erase(grants.lower_bound(first), grants.lower_bound(last));
    for (auto entry = tried.lower_bound(first); entry != tried.end() && entry->first < last;
         entry = tried.erase(entry)) {
      due.erase({entry->second.due, entry->first});
      held_tries.erase(entry->first);
    }
  }
  cancelled.insert(ranks);
  cancelled_cells += cells;
  raise_generations(generations, ranks);
}

IntervalSet Campaign::cancel_rest() {
  IntervalSet rest = std::exchange(fresh, {});
  rest.insert(std::exchange(held, {}));
  for (const auto& [rank, entry] : tried) rest.insert(rank);
  for (const auto& [rank, granted] : grants) rest.insert(rank);
  tried.clear();
  held_tries.clear();
  due.clear();
  grants.clear();
  cancelled.insert(rest);
  cancelled_cells = row.cells - done.size() - failed.size() - rejected.size();
  raise_generations(generations, rest);
  return rest;
}

void Campaign::requeue(const IntervalSet& ranks, std::uint64_t cancelled_cells_among) {
  decided_.clear();
  for (const auto& [first, last] : ranks.intervals()) {
    for (IntervalSet* set : {&done, &failed, &rejected, &cancelled, &reused}) set->erase(first, last);
  }
  fresh.insert(ranks);
  for (Level& level : levels_) level.from = 0;
  cancelled_cells -= cancelled_cells_among;
  raise_generations(generations, ranks);
}

}  // namespace troupe::core
