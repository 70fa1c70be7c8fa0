// What the farm writes down: each step's edits are one durable transaction before any message of that step leaves.
// Edits are values; a store applies them in order. Cells are named by rank, the order of running (manifest::Sweep).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/messages.h"
#include "coordinator/core/farm_event.h"
#include "coordinator/core/interval_set.h"

namespace troupe::core {

// The coordinator begins a life: epochs only grow.
struct EpochStarted {
  Epoch epoch;
  bool operator==(const EpochStarted&) const = default;
};

struct CampaignRow {
  CampaignId id;
  std::string name;
  std::uint32_t revision = 1;  // "name#2" is the second campaign of that name
  std::string project;
  int priority = 0;
  Digest spec;             // of manifest_json, which is also an artifact in the blob store
  std::string submit_key;  // of the submit that made it; empty when there was none
  CampaignState state = CampaignState::kActive;
  std::string state_reason;  // why it failed or was paused, else empty
  std::uint64_t cells = 0;   // excluded ones not counted
  WallMillis submitted = 0;
  std::optional<WallMillis> started;
  std::optional<WallMillis> finished;
  bool archived = false;  // out of the listings; its results stay
  bool operator==(const CampaignRow&) const = default;
};

// A campaign with its resolved manifest; written once.
struct CampaignAdded {
  CampaignRow row;
  std::string manifest_json;
  bool operator==(const CampaignAdded&) const = default;
};

// The row's state, reason and times changed.
struct CampaignChanged {
  CampaignRow row;
  bool operator==(const CampaignChanged&) const = default;
};

struct LeaseGrant {
  LeaseId lease;
  CampaignId campaign;
  Rank rank = 0;
  JobIndex index = 0;
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;
  WorkerId worker;
  WallMillis granted = 0;
  bool operator==(const LeaseGrant&) const = default;
};

// Each job of a lease is a grant of its own; a job has at most one grant.
struct JobsGranted {
  std::vector<LeaseGrant> grants;
  bool operator==(const JobsGranted&) const = default;
};

// A grant ended without a result; the cell waits again. `failures` counts tries that count against limits.retries.
struct JobReturned {
  CampaignId campaign;
  Rank rank = 0;
  JobIndex index = 0;
  std::uint32_t attempt = 0;  // the last one granted
  std::uint32_t failures = 0;
  WallMillis not_before = 0;  // backoff; 0 means at once
  std::string reason;         // shown by `job info`
  bool operator==(const JobReturned&) const = default;
};

// The one commit of (cell, generation): ends the grant, if there is one, and any retry bookkeeping.
struct ResultCommitted {
  Rank rank = 0;
  JobResult result;  // its ticket names campaign, index, generation and attempt
  WorkerId worker;
  WallMillis finished = 0;
  std::optional<double> score = {};  // what select compares; of done cells only
  bool operator==(const ResultCommitted&) const = default;
};

// Cells left their state for kCancelled; their grants end, their generation grows by one.
struct CellsCancelled {
  CampaignId campaign;
  IntervalSet ranks;
  bool operator==(const CellsCancelled&) const = default;
};

// Terminal cells wait again; their generation grows by one, retry bookkeeping is forgotten. The old result stays until
// a new one commits.
struct CellsRequeued {
  CampaignId campaign;
  IntervalSet ranks;
  bool operator==(const CellsRequeued&) const = default;
};

// The cell is done by the result that the same address has in an earlier revision: no lease, and attempt 0. The
// result's body is shared in the store: it outlives a requeue and a delete of `from`.
struct ResultReused {
  CampaignId campaign;
  Rank rank = 0;
  JobIndex index = 0;
  std::uint32_t generation = 0;
  CampaignId from;  // where the cell `from_rank` is done
  Rank from_rank = 0;
  std::optional<double> score = {};
  bool operator==(const ResultReused&) const = default;
};

// The campaign with its cells and results is gone; artifacts go with the next collection of unused ones, its facts by
// edits of their own.
struct CampaignDeleted {
  CampaignId id;
  bool operator==(const CampaignDeleted&) const = default;
};

// A small fact that the farm keeps beside campaigns: what it learned, what operators ordered. The newest value of
// (kind, key) stands; an empty `json` forgets it. Each kind is written and read in one file of core: "usage" (by
// project), "campaign" (by id), "model" (by model|device), "worker" (by worker's id), ...
struct FactStored {
  std::string kind;
  std::string key;
  std::string json;
  bool operator==(const FactStored&) const = default;
};

// One line of the farm's event log.
struct EventLogged {
  FarmEvent event;
  bool operator==(const EventLogged&) const = default;
};

using Edit = std::variant<EpochStarted, CampaignAdded, CampaignChanged, JobsGranted, JobReturned, ResultCommitted,
                          CellsCancelled, CellsRequeued, ResultReused, CampaignDeleted, FactStored, EventLogged>;

}  // namespace troupe::core
