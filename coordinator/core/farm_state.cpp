#include "coordinator/core/farm_state.h"

#include "coordinator/core/rules/ageing.h"
#include "coordinator/core/rules/heartbeat.h"
#include "coordinator/core/rules/running.h"

namespace troupe::core {

WorkerState state_of(const Worker& worker, std::size_t busy) {
  if (!worker.live()) return WorkerState::kLost;
  if (!worker.reported) return WorkerState::kStarting;
  if (worker.draining || worker.drain_order.value_or(false)) return WorkerState::kDraining;
  if (worker.cordoned) return WorkerState::kCordoned;
  if (worker.quarantine) return WorkerState::kQuarantined;
  return busy > 0 ? WorkerState::kBusy : WorkerState::kReady;
}

const std::string& Worker::device() const {
  static const std::string kUnknown;
  return profile.slots.empty() ? kUnknown : profile.slots.front().name;
}

Campaign* FarmState::find(CampaignId id) {
  const auto at = campaigns.find(id);
  return at == campaigns.end() ? nullptr : &at->second;
}

const Campaign* FarmState::find(CampaignId id) const {
  const auto at = campaigns.find(id);
  return at == campaigns.end() ? nullptr : &at->second;
}

Worker* FarmState::find(const WorkerId& id) {
  const auto at = workers.find(id);
  return at == workers.end() ? nullptr : &at->second;
}

// ---- workers ----

std::size_t FarmState::room(const Worker& worker) const {
  if (!worker.takes_work()) return 0;
  if (worker.quarantine) return worker.busy == 0 && worker.wanted > 0 && now >= worker.quarantine->probe_at ? 1 : 0;
  return worker.wanted > worker.busy ? worker.wanted - worker.busy : 0;
}

void FarmState::refresh(Worker& worker) {
  if (!worker.offer) return;
  const bool takes = worker.takes_work() && !worker.quarantine && worker.wanted > 0;
  if (takes && worker.slots_offered == 0) {
    worker.slots_offered = worker.slots();
    market.add_taker(*worker.offer, worker.slots_offered);
    ++takers;
  } else if (!takes && worker.slots_offered > 0) {
    market.remove_taker(*worker.offer, std::exchange(worker.slots_offered, 0));
    --takers;
  }
  const std::optional<Load> hungry = room(worker) > 0 ? std::optional(worker.load()) : std::nullopt;
  if (hungry == worker.hungry) return;
  auto& line = market.offers().at(*worker.offer).hungry;
  if (worker.hungry) line.erase({*worker.hungry, worker.id});
  if (hungry) {
    line.insert({*hungry, worker.id});
    awake.insert(*worker.offer);
  }
  worker.hungry = hungry;
}

void FarmState::count_in(Worker& worker) {
  ++live_workers;
  live_slots += worker.profile.slots.size();
  worker.offer = market.join(offer_of(worker.profile));
  for (const PackOffer& pack : worker.profile.packs) market.add_pack(pack.name);
  refresh(worker);
}

void FarmState::count_out(Worker& worker) {
  --live_workers;
  live_slots -= worker.profile.slots.size();
  if (worker.slots_offered > 0) {
    market.remove_taker(*worker.offer, std::exchange(worker.slots_offered, 0));
    --takers;
  }
  if (worker.hungry) market.offers().at(*worker.offer).hungry.erase({*worker.hungry, worker.id});
  worker.hungry.reset();
  for (const PackOffer& pack : worker.profile.packs) market.remove_pack(pack.name);
  market.leave(*worker.offer);
  worker.offer.reset();
}

void FarmState::watch(Worker& worker, Instant when) {
  worker.watched = when;
  watches.emplace(when, worker.id);
}

Millis FarmState::heartbeat() const {
  return rules::heartbeat(live_workers, options.heartbeat, options.heartbeats_a_second);
}

Millis FarmState::liveness() const {
  return heartbeat() == options.heartbeat ? options.liveness : rules::liveness(heartbeat(), options.liveness);
}

// ---- campaigns ----

bool FarmState::grantable(const Campaign& campaign) const {
  if (campaign.row.state != CampaignState::kActive) return false;
  const bool due = !campaign.due.empty() && campaign.due.begin()->first <= now;
  if (campaign.fresh.empty() && !due) return false;
  const auto limit = static_cast<std::uint64_t>(campaign.manifest.limits().running.value_or(0));
  return rules::running_room(campaign.grants.size() + campaign.elders.size(), limit) > 0;
}

void FarmState::file(Campaign& campaign) {
  Standing& standing = campaign.standing;
  const CampaignRow& row = campaign.row;
  if (standing.ages_at && *standing.ages_at <= now) standing.ages_at.reset();
  std::optional<int> place;
  if (grantable(campaign)) {
    if (!standing.filed) standing.waits_since = now;
    place = rules::aged_priority(campaign.top_priority(), now - standing.waits_since, options.age_step);
  }
  if (place != standing.filed) {
    if (standing.filed) standings.unfile(*standing.filed, row.project, standing.need, row.id);
    if (place) standings.file(*place, row.project, usage.key(row.project, now), standing.need, row.id);
    if (!standing.filed) market.stir();
    standing.filed = place;
  }
  if (place && !standing.ages_at && options.age_step.count() > 0) {
    standing.ages_at = standing.waits_since + rules::next_age(now - standing.waits_since, options.age_step);
    wakes.emplace(*standing.ages_at, row.id);
  }
  if (row.state == CampaignState::kActive && campaign.waiting() == 0 && !campaign.grants.empty()) {
    tails.insert(row.id);
  } else {
    tails.erase(row.id);
  }
}

void FarmState::settle() {
  for (; !wakes.empty() && wakes.begin()->first <= now; wakes.erase(wakes.begin())) stir(wakes.begin()->second);
  for (const CampaignId id : std::exchange(touched, {})) {
    if (Campaign* campaign = find(id)) file(*campaign);
  }
  for (const std::string& project : usage.take_changed()) standings.order(project, usage.key(project, now));
}

void FarmState::add(Campaign campaign) {
  const CampaignRow& row = campaign.row;
  by_name[row.name].push_back(row.id);
  if (!row.submit_key.empty()) by_key[row.submit_key] = row.id;
  if (row.state == CampaignState::kActive) runnable.insert(row.id);
  campaign.standing.need = market.ask(need_of(campaign.manifest));
  for (const auto& [due, rank] : campaign.due) wakes.emplace(due, row.id);
  touch(row.id);
  campaigns.emplace(row.id, std::move(campaign));
}

void FarmState::set_state(Campaign& campaign, CampaignState state) {
  // A requeue of what is over begins with a new budget.
  if (is_terminal(campaign.row.state) && !is_terminal(state)) campaign.standing.spent_seconds = 0;
  campaign.row.state = state;
  if (state == CampaignState::kActive) {
    runnable.insert(campaign.row.id);
  } else {
    runnable.erase(campaign.row.id);
  }
  touch(campaign.row.id);
}

void FarmState::set_priority(Campaign& campaign, int priority) {
  campaign.row.priority = priority;
  campaign.holds_changed();
  stir(campaign.row.id);
}

void FarmState::remove(CampaignId id) {
  const auto at = campaigns.find(id);
  const CampaignRow& row = at->second.row;
  const Standing& standing = at->second.standing;
  if (standing.filed) standings.unfile(*standing.filed, row.project, standing.need, id);
  market.forget(standing.need);
  runnable.erase(id);
  tails.erase(id);
  unsaved_effort.erase(id);
  by_key.erase(row.submit_key);
  const auto named = by_name.find(row.name);
  std::erase(named->second, id);
  if (named->second.empty()) by_name.erase(named);
  campaigns.erase(at);
}

}  // namespace troupe::core
