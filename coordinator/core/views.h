// Read-only answers about the farm: the JSON that `--output json` prints, and rows for listings. Each JSON object has a
// `schema` number; times are ISO-8601 UTC, durations float seconds, unknown is null.
#pragma once

#include <nlohmann/json.hpp>

#include "common/base/status.h"
#include "common/manifest/manifest.h"
#include "coordinator/core/farm.h"

namespace troupe::core {

// "name" means the newest revision. kNotFound names the campaigns that there are.
Result<CampaignId> find_campaign(const FarmState& state, const std::string& name);

Result<nlohmann::json> campaign_info(const FarmState& state, const std::string& campaign, WallMillis wall);
nlohmann::json campaign_list(const FarmState& state, WallMillis wall, bool archived);
// What can be said of it without looking at the rest of the farm.
struct Campaign;
nlohmann::json campaign_summary(const Campaign& campaign);
Result<nlohmann::json> worker_info(const FarmState& state, const std::string& worker, Instant now);
nlohmann::json worker_list(const FarmState& state, Instant now);

// The campaign's manifest, or nullptr for an unknown id.
const manifest::Manifest* campaign_manifest(const FarmState& state, CampaignId id);

// One cell as the farm sees it; what its result says is the store's to tell.
struct JobRow {
  JobIndex index = 0;
  Rank rank = 0;
  std::string address;
  JobState state = JobState::kWaiting;
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;  // the last one granted; 0 for never
  std::uint32_t failures = 0;
  std::string worker;  // that holds it now
  std::string stage;   // running: where it is
  std::uint32_t step = 0, steps = 0;
  std::string reason;           // why it waits again, when it was tried before
  std::optional<bool> kept;     // by select; unknown while its group is open
  std::optional<double> score;  // that select compares
};

struct JobQuery {
  std::string slice;             // empty means all cells
  std::vector<JobState> states;  // empty means all
  JobIndex after = 0;            // from this index on
  std::size_t limit = 1000;
  bool kept = false;                 // leaves out cells that select does not keep, or has not decided on
  std::vector<JobIndex> cells = {};  // these alone, where there are some; `after` and `limit` do not count then
};

struct JobPage {
  std::vector<JobRow> rows;  // by index
  JobIndex next = 0;         // ask on from here while more is true
  bool more = false;
};

// Bounded: looks at no more than a few times kMaxPageRows positions a call, so a page may hold fewer rows than asked
// for.
Result<JobPage> list_jobs(const FarmState& state, CampaignId campaign, const JobQuery& query);
// job is an index or an address.
Result<JobRow> find_job(const FarmState& state, CampaignId campaign, const std::string& job);

}  // namespace troupe::core
