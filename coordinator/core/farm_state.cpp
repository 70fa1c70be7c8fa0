#include "coordinator/core/farm_state.h"

namespace troupe::core {

WorkerState state_of(const Worker& worker, std::size_t busy) {
  if (!worker.live()) return WorkerState::kLost;
  if (!worker.reported) return WorkerState::kStarting;
  if (worker.draining || worker.drain_order.value_or(false)) return WorkerState::kDraining;
  return busy > 0 ? WorkerState::kBusy : WorkerState::kReady;
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

std::size_t FarmState::busy(const Worker& worker) const {
  return worker.busy;
}

std::size_t FarmState::room(const Worker& worker) const {
  if (!worker.takes_work()) return 0;
  const std::size_t held = busy(worker);
  return worker.wanted > held ? worker.wanted - held : 0;
}

void FarmState::refresh(const Worker& worker) {
  if (room(worker) > 0) {
    hungry.insert(worker.id);
  } else {
    hungry.erase(worker.id);
  }
}

void FarmState::count_in(const Worker& worker) {
  live_slots += worker.profile.slots.size();
  for (const PackOffer& pack : worker.profile.packs) ++pack_offers[pack.name];
}

void FarmState::count_out(const Worker& worker) {
  live_slots -= worker.profile.slots.size();
  for (const PackOffer& pack : worker.profile.packs) {
    if (--pack_offers[pack.name] == 0) pack_offers.erase(pack.name);
  }
}

void FarmState::add(Campaign campaign) {
  const CampaignRow& row = campaign.row;
  by_name[row.name].push_back(row.id);
  if (!row.submit_key.empty()) by_key[row.submit_key] = row.id;
  if (row.state == CampaignState::kActive) runnable.insert({-row.priority, row.id});
  campaigns.emplace(row.id, std::move(campaign));
}

void FarmState::set_state(Campaign& campaign, CampaignState state) {
  campaign.row.state = state;
  const std::pair<int, CampaignId> place(-campaign.row.priority, campaign.row.id);
  if (state == CampaignState::kActive) {
    runnable.insert(place);
  } else {
    runnable.erase(place);
  }
}

}  // namespace troupe::core
