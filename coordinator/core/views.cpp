#include "coordinator/core/views.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "coordinator/core/farm_state.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNamesInError = 10;

json time_or_null(std::optional<WallMillis> wall) {
  return wall ? json(iso8601(*wall)) : json(nullptr);
}

std::string known_campaigns(const FarmState& farm) {
  if (farm.campaigns.empty()) return "there are none yet";
  std::string names;
  std::size_t left = kMostNamesInError;
  for (auto at = farm.campaigns.rbegin(); at != farm.campaigns.rend() && left > 0; ++at, --left) {
    names += (names.empty() ? "" : ", ") + at->second.label();
  }
  return "there are: " + names + (farm.campaigns.size() > kMostNamesInError ? ", ..." : "");
}

// Jobs that run beside each other now, or could.
std::size_t parallel_jobs(const FarmState& farm, const Campaign& campaign) {
  const NeedKey need = need_of(campaign.manifest);
  std::size_t slots = 0;
  for (const auto& [id, offer] : farm.market.offers()) {
    if (offer.slots > 0 && farm.market.misfit(need, offer.key) == Misfit::kNone) slots += offer.slots;
  }
  return slots;
}

std::optional<double> eta_seconds(const FarmState& farm, const Campaign& campaign) {
  const std::size_t slots = parallel_jobs(farm, campaign);
  if (campaign.row.state != CampaignState::kActive || campaign.jobs_timed == 0 || slots == 0) return std::nullopt;
  const std::uint64_t held = std::min(campaign.held_cells().value_or(0), campaign.waiting());
  const std::uint64_t open = campaign.waiting() - held + campaign.grants.size();
  if (open == 0) return std::nullopt;  // what is left waits for somebody's word
  return static_cast<double>(open) * campaign.job_seconds / static_cast<double>(campaign.jobs_timed) /
         static_cast<double>(slots);
}

json counts_json(const Campaign& campaign) {
  json counts = json::object();
  const JobCounts numbers = campaign.counts();
  for (std::size_t i = 0; i < kJobStates; ++i) counts[std::string(name(static_cast<JobState>(i)))] = numbers[i];
  return counts;
}

json holds_json(const Campaign& campaign) {
  json orders = json::parse(campaign.holds.to_json());
  if (orders["sample"] == 0) orders["sample"] = nullptr;
  return orders;
}

json campaign_json(const FarmState& farm, const Campaign& campaign, WallMillis wall) {
  json info = campaign_summary(campaign);
  if (const std::optional<double> seconds = eta_seconds(farm, campaign)) {
    info["eta_seconds"] = *seconds;
    info["eta"] = iso8601(wall + static_cast<WallMillis>(*seconds * 1000));
  }
  return info;
}

json held_json(const FarmState& farm, const Worker& worker, Instant now) {
  json jobs = json::array();
  for (const auto& [id, rank] : worker.grants) {
    const Campaign& campaign = farm.campaigns.at(id);
    const Grant& grant = *campaign.grant_of(rank, worker.id);
    json job = {{"campaign", campaign.label()},
                {"index", grant.row.index},
                {"state", name(state_of(grant))},
                {"stage", nullptr},
                {"step", nullptr},
                {"steps", nullptr},
                {"seconds", nullptr}};
    if (grant.state == HeldState::kRunning) {
      job["stage"] = grant.stage;
      job["step"] = grant.step;
      job["steps"] = grant.steps;
    }
    if (grant.running_since) job["seconds"] = static_cast<double>((now - *grant.running_since).count()) / 1000;
    jobs.push_back(std::move(job));
  }
  return jobs;
}

json worker_json(const FarmState& farm, const Worker& worker, Instant now) {
  json slots = json::array();
  for (const Slot& slot : worker.profile.slots) {
    slots.push_back({{"device", slot.device}, {"name", slot.name}, {"memory_bytes", slot.memory_bytes}});
  }
  json packs = json::array();
  for (const PackOffer& pack : worker.profile.packs) {
    packs.push_back({{"name", pack.name}, {"digest", pack.digest.hex()}, {"vae_scale", pack.vae_scale}});
  }
  return {{"worker", worker.id.value},
          {"host", worker.profile.host},
          {"version", worker.profile.version},
          {"state", name(state_of(worker, farm.busy(worker)))},
          {"slots", std::move(slots)},
          {"tags", worker.profile.tags},
          {"packs", std::move(packs)},
          {"jobs", held_json(farm, worker, now)},
          {"room", farm.room(worker)},
          {"jobs_done", worker.jobs_done},
          {"jobs_failed", worker.jobs_failed},
          {"heard_seconds_ago", static_cast<double>((now - worker.heard).count()) / 1000},
          {"trouble", worker.trouble.empty() ? json(nullptr) : json(worker.trouble)},
          {"pool", worker.profile.pool.empty() ? json(nullptr) : json(worker.profile.pool)},
          {"loaded", worker.loaded},
          {"cordoned", worker.cordoned},
          {"quarantine", worker.quarantine ? json(worker.quarantine->reason) : json(nullptr)},
          {"divergences", worker.divergences}};
}

}  // namespace

Result<CampaignId> find_campaign(const FarmState& state, const std::string& name) {
  const std::size_t mark = name.rfind('#');
  const std::string bare = name.substr(0, mark);
  const auto revisions = state.by_name.find(bare);
  if (revisions != state.by_name.end()) {
    if (mark == std::string::npos) return revisions->second.back();
    for (const CampaignId id : revisions->second) {
      if (std::to_string(state.find(id)->row.revision) == name.substr(mark + 1)) return id;
    }
  }
  return Status(Code::kNotFound, "there is no campaign \"" + name + "\"; " + known_campaigns(state));
}

json campaign_summary(const Campaign& campaign) {
  const CampaignRow& row = campaign.row;
  json info = {{"id", row.id.value},
               {"campaign", campaign.label()},
               {"name", row.name},
               {"revision", row.revision},
               {"project", row.project},
               {"priority", row.priority},
               {"state", name(row.state)},
               {"reason", row.state_reason.empty() ? json(nullptr) : json(row.state_reason)},
               {"spec", row.spec.hex()},
               {"cells", row.cells},
               {"counts", counts_json(campaign)},
               {"reused", campaign.reused.size()},
               {"archived", row.archived},
               {"spent_seconds", campaign.standing.spent_seconds},
               {"limit_seconds", nullptr},
               {"seconds_per_job", nullptr},
               {"submitted", iso8601(row.submitted)},
               {"started", time_or_null(row.started)},
               {"finished", time_or_null(row.finished)},
               {"eta", nullptr},
               {"eta_seconds", nullptr}};
  if (campaign.jobs_timed > 0) {
    info["seconds_per_job"] = campaign.job_seconds / static_cast<double>(campaign.jobs_timed);
  }
  if (const auto& hours = campaign.manifest.limits().hours) info["limit_seconds"] = *hours * 3600;
  return info;
}

Result<json> campaign_info(const FarmState& state, const std::string& campaign, WallMillis wall) {
  TROUPE_ASSIGN_OR_RETURN(const CampaignId id, find_campaign(state, campaign));
  const Campaign& about = *state.find(id);
  json info = campaign_json(state, about, wall);
  info["schema"] = 1;
  info["orders"] = holds_json(about);
  const std::optional<std::uint64_t> held = about.held_cells();
  info["held"] = held ? json(*held) : json(nullptr);
  return info;
}

json campaign_list(const FarmState& state, WallMillis wall, bool archived) {
  json campaigns = json::array();
  for (const auto& [id, campaign] : state.campaigns) {
    if (archived || !campaign.row.archived) campaigns.push_back(campaign_json(state, campaign, wall));
  }
  return {{"schema", 1}, {"campaigns", std::move(campaigns)}};
}

Result<json> worker_info(const FarmState& state, const std::string& worker, Instant now) {
  const auto at = state.workers.find(WorkerId{worker});
  if (at == state.workers.end()) {
    return Status(Code::kNotFound, "there is no worker \"" + worker + "\"; `troupe worker list` shows those there are");
  }
  json info = worker_json(state, at->second, now);
  info["schema"] = 1;
  return info;
}

json worker_list(const FarmState& state, Instant now) {
  json workers = json::array();
  for (const auto& [id, worker] : state.workers) workers.push_back(worker_json(state, worker, now));
  return {{"schema", 1}, {"workers", std::move(workers)}};
}

const manifest::Manifest* campaign_manifest(const FarmState& state, CampaignId id) {
  const Campaign* campaign = state.find(id);
  return campaign ? &campaign->manifest : nullptr;
}

}  // namespace troupe::core
