#include "coordinator/core/market.h"

#include <algorithm>

#include "coordinator/core/rules/memory.h"
#include "coordinator/core/rules/require.h"

namespace troupe::core {

OfferKey offer_of(const Hello& profile) {
  OfferKey key{profile.tags, profile.pool, {}, {}};
  std::ranges::sort(key.tags);
  for (const PackOffer& pack : profile.packs) key.packs.push_back(pack.name);
  std::ranges::sort(key.packs);
  for (const Slot& slot : profile.slots) key.devices.push_back({slot.name, slot.memory_bytes});
  std::ranges::sort(key.devices);
  return key;
}

NeedKey need_of(const manifest::Manifest& manifest) {
  return {manifest.require_tags(), manifest.require_pool(), manifest.pack()};
}

OfferId Market::join(OfferKey key) {
  const auto [at, is_new] = offer_ids_.try_emplace(std::move(key), last_id_ + 1);
  if (is_new) offers_[++last_id_].key = at->first;
  ++offers_.at(at->second).members;
  return at->second;
}

void Market::leave(OfferId id) {
  const auto at = offers_.find(id);
  if (--at->second.members > 0) return;
  offer_ids_.erase(at->second.key);
  offers_.erase(at);
  ++offers_version_;
}

NeedId Market::ask(const NeedKey& key) {
  const auto [at, is_new] = need_ids_.try_emplace(key, last_id_ + 1);
  if (is_new) needs_[++last_id_].key = key;
  ++needs_.at(at->second).campaigns;
  return at->second;
}

void Market::forget(NeedId id) {
  const auto at = needs_.find(id);
  if (--at->second.campaigns > 0) return;
  need_ids_.erase(at->second.key);
  needs_.erase(at);
}

void Market::add_taker(OfferId id, std::size_t slots) {
  Offer& offer = offers_.at(id);
  ++offer.takers;
  offer.slots += slots;
  ++offers_version_;
}

void Market::remove_taker(OfferId id, std::size_t slots) {
  Offer& offer = offers_.at(id);
  --offer.takers;
  offer.slots -= slots;
  ++offers_version_;
  stir();  // what was left to it, others may take
}

void Market::add_pack(const std::string& name) {
  if (++packs_[name] == 1) refit();
}

void Market::remove_pack(const std::string& name) {
  if (--packs_[name] > 0) return;
  packs_.erase(name);
  refit();
}

void Market::refit() {
  ++offers_version_;
  stir();
}

Misfit Market::misfit(const NeedKey& need, const OfferKey& offer) const {
  if (!rules::in_pool(offer.pool, need.pool)) return Misfit::kPool;
  if (!rules::has_tags(offer.tags, need.tags)) return Misfit::kTags;
  const bool has_pack = std::ranges::binary_search(offer.packs, need.pack);
  if (!need.pack.empty() && packs_.contains(need.pack) && !has_pack) return Misfit::kPack;
  const bool fits = offer.devices.empty() || std::ranges::any_of(offer.devices, [&](const auto& device) {
                      return rules::fits(device.second, models_.peak(need.pack, device.first));
                    });
  return fits ? Misfit::kNone : Misfit::kMemory;
}

const Demand& Market::need(NeedId id) {
  Demand& need = needs_.at(id);
  if (need.version == offers_version_) return need;
  need.version = offers_version_;
  need.offers.clear();
  need.takers = need.slots = 0;
  for (const auto& [offer_id, offer] : offers_) {
    if (misfit(need.key, offer.key) != Misfit::kNone) continue;
    need.offers.insert(offer_id);
    need.takers += offer.takers;
    need.slots += offer.slots;
  }
  return need;
}

}  // namespace troupe::core
