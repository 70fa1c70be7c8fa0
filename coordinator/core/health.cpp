#include "coordinator/core/health.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "coordinator/core/rules/poison.h"
#include "coordinator/core/worker_facts.h"

namespace troupe::core {
namespace {

using Mortal = std::tuple<CampaignId, Rank, std::uint32_t>;

std::string fact_key(const Mortal& cell) {
  return std::to_string(std::get<0>(cell).value) + "/" + std::to_string(std::get<1>(cell)) + "/" +
         std::to_string(std::get<2>(cell));
}

Mortal present(const Campaign& campaign, Rank rank) {
  return {campaign.row.id, rank, campaign.generation(rank)};
}

// What it has not begun goes to others.
void take_back_queued(Step& step, Worker& worker, const std::string& reason) {
  const auto grants = worker.grants;
  for (const auto& [id, rank] : grants) {
    Campaign& campaign = step.farm.campaigns.at(id);
    const Grant& grant = *campaign.grant_of(rank, worker.id);
    if (grant.state != HeldState::kQueued) continue;
    step.revoke(worker.id, ticket_of(grant.row), reason);
    end_grant_of(step, campaign, rank, worker.id, {reason, Millis(0), {}, {}});
  }
}

void quarantine(Step& step, Worker& worker) {
  const FarmOptions& options = step.farm.options;
  const bool again = worker.quarantine.has_value();
  const Millis last = again ? worker.quarantine->wait : Millis(0);
  Quarantine now;
  now.reason = again ? worker.quarantine->reason
                     : std::to_string(worker.health.faults_in_row) + " jobs in a row failed by its fault";
  now.wait = rules::next_wait(last, options.quarantine_wait, options.quarantine_most);
  now.probe_at = step.now + now.wait;
  worker.quarantine = std::move(now);
  step.farm.watch(worker, worker.quarantine->probe_at);
  const std::string when = std::to_string(worker.quarantine->wait.count() / 1000) + " s";
  step.warn("worker " + worker.id.value + (again ? " spoiled the job that tried it" : " is quarantined: ") +
            (again ? "" : worker.quarantine->reason) + "; the next job tries it in " + when);
  const nlohmann::json detail = {{"reason", worker.quarantine->reason},
                                 {"wait_seconds", static_cast<double>(worker.quarantine->wait.count()) / 1000}};
  step.log(again ? "probed" : "quarantined", "", worker.id.value, detail.dump());
  if (!again) take_back_queued(step, worker, "the worker is quarantined");
  save_orders(step, worker);
  step.farm.refresh(worker);
}

void release(Step& step, Worker& worker) {
  worker.quarantine.reset();
  worker.health = {};
  step.info("worker " + worker.id.value + " did a job well and takes work again");
  step.log("probed", "", worker.id.value, R"({"well":true})");
  save_orders(step, worker);
  step.farm.refresh(worker);
}

}  // namespace

void count_outcome(Step& step, Worker& worker, bool fault) {
  FarmState& farm = step.farm;
  worker.health.count(fault);
  farm.health.count(fault);
  if (worker.quarantine) {
    // Jobs that it had from before say nothing new; the one that tries it ends after its time came.
    if (step.now < worker.quarantine->probe_at) return;
    if (fault) {
      quarantine(step, worker);
    } else {
      release(step, worker);
    }
    return;
  }
  if (!fault) return;
  const std::size_t others = farm.takers - (worker.slots_offered > 0 ? 1 : 0);
  if (rules::is_bad(worker.health, farm.health, farm.options.quarantine_faults, others > 0)) quarantine(step, worker);
}

std::size_t deaths_of(const FarmState& farm, const Campaign& campaign, Rank rank) {
  const auto at = farm.deaths.find(present(campaign, rank));
  return at == farm.deaths.end() ? 0 : at->second;
}

bool is_poisoned(Step& step, const Campaign& campaign, Rank rank) {
  auto& deaths = step.farm.deaths;
  const std::size_t died = deaths_of(step.farm, campaign, rank) + 1;
  if (rules::is_poison(died, step.farm.options.poison_deaths)) return true;
  if (died == 1 && deaths.size() >= limits::kMaxJobDeaths) return false;
  deaths[present(campaign, rank)] = died;
  step.out.edits.push_back(
      FactStored{"deaths", fact_key(present(campaign, rank)), nlohmann::json{{"engines", died}}.dump()});
  return false;
}

void forget_deaths(Step& step, const Campaign& campaign, Rank rank) {
  if (step.farm.deaths.empty() || step.farm.deaths.erase(present(campaign, rank)) == 0) return;
  step.out.edits.push_back(FactStored{"deaths", fact_key(present(campaign, rank)), ""});
}

void sweep_deaths(Step& step) {
  std::erase_if(step.farm.deaths, [&](const auto& entry) {
    const auto& [id, rank, generation] = entry.first;
    const Campaign* campaign = step.farm.find(id);
    if (campaign && campaign->generation(rank) == generation && !campaign->is_terminal_cell(rank)) return false;
    step.out.edits.push_back(FactStored{"deaths", fact_key(entry.first), ""});
    return true;
  });
}

void restore_deaths(FarmState& farm, const std::string& key, const std::string& json) {
  std::istringstream text(key);
  CampaignId id;
  Rank rank = 0;
  std::uint32_t generation = 0;
  char slash = 0;
  text >> id.value >> slash >> rank >> slash >> generation;
  const nlohmann::json fact = nlohmann::json::parse(json, nullptr, false);
  if (text && fact.is_object()) farm.deaths[{id, rank, generation}] = fact.value("engines", std::size_t{0});
}

void log_failure(Step& step, const char* kind, const Campaign& campaign, const WorkerId& worker,
                 const JobResult& result) {
  const nlohmann::json detail = {{"index", result.ticket.index},
                                 {"attempt", result.ticket.attempt},
                                 {"fault", name(result.fault)},
                                 {"reason", result.reason}};
  step.log(kind, campaign.label(), worker.value, detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace troupe::core
