#include "coordinator/core/learning.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "coordinator/core/divergence.h"
#include "coordinator/core/health.h"

namespace troupe::core {
namespace {

constexpr double kSecondsAnHour = 3600;

constexpr char kEffort[] = "effort";

FactStored effort_of(const Campaign& campaign) {
  const nlohmann::json fact = {
      {"seconds", campaign.job_seconds}, {"jobs", campaign.jobs_timed}, {"spent", campaign.standing.spent_seconds}};
  return {kEffort, std::to_string(campaign.row.id.value), fact.dump()};
}

void restore_effort(FarmState& farm, const std::string& key, const std::string& json) {
  CampaignId id;
  std::from_chars(key.data(), key.data() + key.size(), id.value);
  Campaign* campaign = farm.find(id);
  const nlohmann::json fact = nlohmann::json::parse(json, nullptr, false);
  if (!campaign || !fact.is_object()) return;
  campaign->job_seconds = fact.value("seconds", 0.0);
  campaign->jobs_timed = fact.value("jobs", std::uint64_t{0});
  campaign->standing.spent_seconds = fact.value("spent", 0.0);
}

}  // namespace

void learn_from_result(Step& step, Campaign& campaign, const JobResult& result) {
  if (!(result.seconds > 0)) return;
  step.farm.usage.spend(campaign.row.project, result.seconds, step.now);
  campaign.standing.spent_seconds += result.seconds;
  step.farm.unsaved_effort.insert(campaign.row.id);
  const std::optional<double>& hours = campaign.manifest.limits().hours;
  if (!hours || is_terminal(campaign.row.state) || campaign.standing.spent_seconds < *hours * kSecondsAnHour) return;
  const nlohmann::json detail = {{"hours", *hours}, {"spent_seconds", campaign.standing.spent_seconds}};
  step.log("budget", campaign.label(), "", detail.dump());
  end_campaign(step, campaign, CampaignState::kFailed,
               "limits.hours: " + nlohmann::json(*hours).dump() +
                   " hours of workers' time are spent; `troupe campaign requeue` goes on with as many more");
}

void renew_budget(Step& step, Campaign& campaign) {
  const std::optional<double>& hours = campaign.manifest.limits().hours;
  if (!hours || campaign.standing.spent_seconds < *hours * kSecondsAnHour) return;
  campaign.standing.spent_seconds = 0;
  step.farm.unsaved_effort.insert(campaign.row.id);
}

void learn_from_commit(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker) {
  if (result.outcome == Outcome::kFailed) return;
  if (result.seconds > 0) {
    campaign.job_seconds += result.seconds;
    ++campaign.jobs_timed;
    step.farm.unsaved_effort.insert(campaign.row.id);
  }
  if (const Worker* known = step.farm.find(worker)) {
    if (step.farm.models.learn(campaign.manifest.pack(), known->device(), result)) step.farm.market.refit();
  }
  compare_pictures(step, campaign, result, worker);
  if (campaign.manifest.chain().size() > 1) {
    step.farm.recent.rendered(campaign.row.name, campaign.sweep().address(campaign.sweep().index_at(rank)).to_string(),
                              worker);
  }
}

void save_learned(Step& step) {
  FarmState& farm = step.farm;
  if (step.now < farm.save_learned_at) return;
  farm.save_learned_at = step.now + farm.options.save_learned;
  farm.usage.rebase(step.now);
  sweep_deaths(step);
  for (FactStored& fact : farm.usage.take_facts(step.now, step.wall)) step.out.edits.push_back(std::move(fact));
  for (FactStored& fact : farm.models.take_facts()) step.out.edits.push_back(std::move(fact));
  for (const CampaignId id : std::exchange(farm.unsaved_effort, {})) {
    if (const Campaign* campaign = farm.find(id)) step.out.edits.push_back(effort_of(*campaign));
  }
}

void forget_learned(Step& step, CampaignId campaign) {
  step.farm.unsaved_effort.erase(campaign);
  step.out.edits.push_back(FactStored{kEffort, std::to_string(campaign.value), ""});
}

void restore_learned(FarmState& farm, const Facts& facts, Instant now, WallMillis wall) {
  for (const auto& [name, json] : facts) {
    const auto& [kind, key] = name;
    if (kind == "usage") farm.usage.restore(key, json, now, wall);
    if (kind == "model") farm.models.restore(key, json);
    if (kind == kEffort) restore_effort(farm, key, json);
    if (kind == "deaths") restore_deaths(farm, key, json);
  }
}

}  // namespace troupe::core
