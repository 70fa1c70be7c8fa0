// Who could run what. Workers that offer the same are one offer, campaigns that ask for the same are one need, so that
// a question about ten thousand workers and a thousand campaigns is a question about a few kinds of each.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/domain/messages.h"
#include "common/manifest/manifest.h"
#include "coordinator/core/models.h"

namespace troupe::core {

using OfferId = std::uint64_t;
using NeedId = std::uint64_t;

struct OfferKey {
  std::vector<std::string> tags;
  std::string pool;
  std::vector<std::string> packs;
  std::vector<std::pair<std::string, std::uint64_t>> devices;  // of each slot: name and memory
  auto operator<=>(const OfferKey&) const = default;
};
OfferKey offer_of(const Hello& profile);

struct NeedKey {
  std::vector<std::string> tags;
  std::string pool;
  std::string pack;
  auto operator<=>(const NeedKey&) const = default;
};
NeedKey need_of(const manifest::Manifest& manifest);

// How busy a worker is: a thousand for each full set of its slots. Below a thousand a slot is idle.
using Load = std::uint32_t;
constexpr Load kFullLoad = 1000;

struct Offer {
  OfferKey key;
  std::size_t members = 0;
  std::size_t takers = 0;                      // of them, those that take work
  std::size_t slots = 0;                       // of the takers
  std::set<std::pair<Load, WorkerId>> hungry;  // those with room, the least busy first
  // The market's version at which a look found nothing for any of them: for an idle slot, and to queue behind a job.
  std::array<std::uint64_t, 2> barren = {0, 0};
};

struct Demand {
  NeedKey key;
  std::size_t campaigns = 0;
  // Of the offers that may run it, at `version` of the offers.
  std::uint64_t version = 0;
  std::set<OfferId> offers;
  std::size_t takers = 0;
  std::size_t slots = 0;
};

// Why an offer may not run a need.
enum class Misfit { kNone, kTags, kPool, kPack, kMemory };

class Market {
 public:
  explicit Market(const Models& models) : models_(models) {}

  OfferId join(OfferKey key);
  void leave(OfferId id);
  NeedId ask(const NeedKey& key);
  void forget(NeedId id);

  // A worker of the offer takes work from now on, or no more.
  void add_taker(OfferId id, std::size_t slots);
  void remove_taker(OfferId id, std::size_t slots);
  // A live worker has the pack; where nobody has it, anybody may say so: a clear failure is better than waiting.
  void add_pack(const std::string& name);
  void remove_pack(const std::string& name);

  // Somebody may get a job now who could not before: all are looked at again.
  void stir() { ++version_; }
  std::uint64_t version() const { return version_; }
  // What is known of models changed: who fits is worked out anew.
  void refit();

  Misfit misfit(const NeedKey& need, const OfferKey& offer) const;
  const Demand& need(NeedId id);
  std::map<OfferId, Offer>& offers() { return offers_; }
  const std::map<OfferId, Offer>& offers() const { return offers_; }
  const std::map<std::string, std::size_t>& packs() const { return packs_; }

 private:
  const Models& models_;
  std::map<OfferKey, OfferId> offer_ids_;
  std::map<OfferId, Offer> offers_;
  std::map<NeedKey, NeedId> need_ids_;
  std::map<NeedId, Demand> needs_;
  std::map<std::string, std::size_t> packs_;
  std::uint64_t last_id_ = 0;
  std::uint64_t version_ = 1;
  std::uint64_t offers_version_ = 1;
};

}  // namespace troupe::core
