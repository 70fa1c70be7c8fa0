#include "coordinator/store/sqlite_sweeper.h"

#include <algorithm>
#include <vector>

namespace troupe::store {
namespace {

// Of one transaction: some milliseconds.
constexpr std::uint64_t kMostEvents = 16'384;
constexpr std::uint64_t kMostResults = 1024;

}  // namespace

Result<bool> SqliteSweeper::sweep() {
  TROUPE_ASSIGN_OR_RETURN(const bool old_events, has_old_events());
  TROUPE_ASSIGN_OR_RETURN(const auto campaign, deleted_campaign());
  if (!old_events && !campaign) return false;
  Transaction transaction(database_);
  TROUPE_RETURN_IF_ERROR(transaction.status());
  TROUPE_RETURN_IF_ERROR(old_events ? sweep_events() : sweep_campaign(*campaign));
  TROUPE_RETURN_IF_ERROR(transaction.commit());
  return true;
}

Result<bool> SqliteSweeper::has_old_events() {
  Rows rows = event_ids_.query();
  const bool some = rows.next() && rows.number(1) - rows.number(0) >= events_kept_;
  if (!rows.status().ok()) return rows.status();
  return some;
}

Result<std::optional<std::uint64_t>> SqliteSweeper::deleted_campaign() {
  Rows rows = find_deleted_.query();
  std::optional<std::uint64_t> id;
  if (rows.next()) id = rows.number(0);
  if (!rows.status().ok()) return rows.status();
  return id;
}

Status SqliteSweeper::sweep_events() {
  std::uint64_t first = 0, last = 0;
  {
    Rows rows = event_ids_.query();
    if (rows.next()) {
      first = rows.number(0);
      last = rows.number(1);
    }
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  return drop_events_.run(std::min(first + kMostEvents, last + 1 - events_kept_));
}

Status SqliteSweeper::sweep_campaign(std::uint64_t campaign) {
  std::vector<std::int64_t> bodies;
  Rank last = 0;
  {
    Rows rows = results_of_.query(campaign, kMostResults);
    while (rows.next()) {
      last = rows.number(0);
      bodies.push_back(rows.integer(1));
    }
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  if (bodies.empty()) return drop_campaign_.run(campaign);
  TROUPE_RETURN_IF_ERROR(drop_results_.run(campaign, last));
  for (const std::int64_t body : bodies) TROUPE_RETURN_IF_ERROR(bodies_.drop(body));
  return {};
}

}  // namespace troupe::store
