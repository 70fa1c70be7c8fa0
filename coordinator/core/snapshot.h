// What a store hands the farm at its start: everything that edits ever said, folded together.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/edit.h"

namespace troupe::core {

struct RetryRow {
  std::uint32_t attempt = 0;  // the last one granted
  std::uint32_t failures = 0;
  WallMillis not_before = 0;
  std::string reason;
  bool operator==(const RetryRow&) const = default;
};

struct CampaignSnapshot {
  CampaignRow row;
  std::string manifest_json;
  IntervalSet done, failed, rejected, cancelled;  // terminal cells by state
  // Cells whose generation is not 0: ranks [first, last) -> generation, disjoint and sorted by first.
  struct Generation {
    Rank first = 0, last = 0;
    std::uint32_t generation = 0;
    bool operator==(const Generation&) const = default;
  };
  std::vector<Generation> generations;
  std::map<Rank, RetryRow> retries;  // cells that came back, whether granted again or waiting
  std::vector<LeaseGrant> grants;    // by rank
  std::map<Rank, double> scores;     // of the done cells whose result has one
  IntervalSet reused;                // of the done cells: their result is an earlier revision's
  bool operator==(const CampaignSnapshot&) const = default;
};

struct Snapshot {
  Epoch epoch;                      // the last one started; 0 when there was none
  std::uint64_t last_campaign = 0;  // the highest id ever used
  std::uint64_t last_lease = 0;
  std::uint64_t last_event = 0;
  std::vector<CampaignSnapshot> campaigns;                           // by id
  std::map<std::pair<std::string, std::string>, std::string> facts;  // (kind, key) -> json
  bool operator==(const Snapshot&) const = default;
};

}  // namespace troupe::core
