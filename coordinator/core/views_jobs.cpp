#include <algorithm>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "common/manifest/slice.h"
#include "coordinator/core/farm_state.h"
#include "coordinator/core/views.h"

namespace troupe::core {
namespace {

// Positions that one call looks at.
constexpr std::size_t kMostLooks = 4 * limits::kMaxPageRows;

JobRow job_row(const Campaign& campaign, JobIndex index) {
  JobRow row;
  row.index = index;
  row.rank = campaign.sweep().rank_of(index);
  row.address = campaign.sweep().address(index).to_string();
  row.state = campaign.state_of(row.rank);
  row.generation = campaign.generation(row.rank);
  row.kept = campaign.kept(row.rank);
  if (row.state == JobState::kDone) row.score = campaign.scores.find(row.rank);
  if (const auto entry = campaign.tried.find(row.rank); entry != campaign.tried.end()) {
    row.attempt = entry->second.row.attempt;
    row.failures = entry->second.row.failures;
    row.reason = entry->second.row.reason;
  }
  if (campaign.reused.contains(row.rank)) row.reason = "reused: an earlier revision rendered it";
  if (row.state == JobState::kWaiting) {
    const Hold hold = campaign.hold(row.rank);
    if (hold == Hold::kPaused) row.reason = "held: its slice is paused";
    if (hold == Hold::kSample) row.reason = "held: not in the sample";
  }
  const auto held = campaign.grants.find(row.rank);
  if (held == campaign.grants.end()) return row;
  const Grant& grant = held->second;
  row.attempt = grant.row.attempt;
  row.worker = grant.row.worker.value;
  if (grant.state == HeldState::kRunning) {
    row.stage = grant.stage;
    row.step = grant.step;
    row.steps = grant.steps;
  }
  return row;
}

// The number of the slice's first position at or after `index`.
std::uint64_t first_at_or_after(const manifest::Slice& slice, JobIndex index) {
  std::uint64_t low = 0;
  std::uint64_t high = slice.positions();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (slice.at(middle) < index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Whether a listing has this cell, excluded ones never.
bool is_listed(const Campaign& campaign, JobIndex index, const JobQuery& query) {
  if (campaign.sweep().excluded(index)) return false;
  const Rank rank = campaign.sweep().rank_of(index);
  if (query.kept && campaign.manifest.select() && !campaign.kept(rank).value_or(false)) return false;
  const auto& wanted = query.states;
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), campaign.state_of(rank)) != wanted.end();
}

JobPage list_cells(const Campaign& campaign, const manifest::Slice& slice, const JobQuery& query) {
  JobPage page;
  for (const JobIndex index : query.cells) {
    const std::uint64_t k = first_at_or_after(slice, index);
    if (k == slice.positions() || slice.at(k) != index || !is_listed(campaign, index, query)) continue;
    page.rows.push_back(job_row(campaign, index));
  }
  return page;
}

Status no_such_campaign(CampaignId id) {
  return Status(Code::kNotFound, "there is no campaign with id " + std::to_string(id.value));
}

}  // namespace

Result<JobPage> list_jobs(const FarmState& state, CampaignId id, const JobQuery& query) {
  const Campaign* campaign = state.find(id);
  if (!campaign) return no_such_campaign(id);
  TROUPE_ASSIGN_OR_RETURN(const manifest::Slice slice, manifest::Slice::parse(campaign->sweep(), query.slice));
  if (!query.cells.empty()) return list_cells(*campaign, slice, query);
  const std::size_t most = std::clamp<std::size_t>(query.limit, 1, limits::kMaxPageRows);
  JobPage page;
  std::size_t looks = 0;
  for (std::uint64_t k = first_at_or_after(slice, query.after); k < slice.positions(); ++k) {
    const JobIndex index = slice.at(k);
    if (page.rows.size() == most || looks++ == kMostLooks) {
      page.next = index;
      page.more = true;
      return page;
    }
    if (is_listed(*campaign, index, query)) page.rows.push_back(job_row(*campaign, index));
  }
  return page;
}

Result<JobRow> find_job(const FarmState& state, CampaignId id, const std::string& job) {
  const Campaign* campaign = state.find(id);
  if (!campaign) return no_such_campaign(id);
  TROUPE_ASSIGN_OR_RETURN(const JobIndex index, campaign->sweep().index_of(job));
  if (campaign->sweep().excluded(index)) {
    return Status(Code::kNotFound, campaign->describe(index) + " is excluded by the manifest");
  }
  return job_row(*campaign, index);
}

}  // namespace troupe::core
