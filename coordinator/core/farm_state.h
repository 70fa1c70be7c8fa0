// Everything that the farm knows, and the small questions that all of its parts ask.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "coordinator/core/campaign.h"
#include "coordinator/core/farm.h"
#include "coordinator/core/worker.h"

namespace troupe::core {

// Of the results committed in this life of the coordinator.
struct StageCount {
  std::uint64_t runs = 0;
  std::uint64_t reused = 0;  // taken from a worker's stage cache
  double seconds = 0;        // of the runs
};

struct FarmState {
  FarmState(const FarmOptions& options_, Epoch epoch_) : options(options_), epoch(epoch_), random(options_.seed) {}

  FarmOptions options;
  Epoch epoch;
  SeededRandom random;
  std::uint64_t last_campaign = 0;
  std::uint64_t last_lease = 0;
  std::uint64_t last_event = 0;

  std::map<CampaignId, Campaign> campaigns;
  std::map<std::string, std::vector<CampaignId>> by_name;  // by revision, the newest last
  std::map<std::string, CampaignId> by_key;                // of submits
  // Campaigns whose stored manifest this program cannot read, with the reason: left alone, their results unanswered.
  std::map<CampaignId, std::string> unreadable;
  bool told_of_unreadable = false;
  std::set<std::pair<int, CampaignId>> runnable;  // active ones, (-priority, id): the order of scheduling
  bool pass_cut_short = false;  // the last scheduling pass ended by its bound: there is more to look at

  std::map<WorkerId, Worker> workers;
  std::set<WorkerId> hungry;                       // those that take work and have room
  std::map<std::string, std::size_t> pack_offers;  // live workers by the name of a pack that they have
  std::size_t live_slots = 0;                      // of live workers
  std::map<std::string, StageCount> stages;        // by the name that results give them

  Campaign* find(CampaignId id);
  const Campaign* find(CampaignId id) const;
  Worker* find(const WorkerId& id);

  // Jobs granted to the worker that still occupy it: not those whose result is in its outbox.
  std::size_t busy(const Worker& worker) const;
  std::size_t room(const Worker& worker) const;

  // To be called after whatever may have changed the worker's room or willingness.
  void refresh(const Worker& worker);
  // Live workers are counted with their slots and packs.
  void count_in(const Worker& worker);
  void count_out(const Worker& worker);

  void add(Campaign campaign);
  // Keeps `runnable` in step with the campaign's state.
  void set_state(Campaign& campaign, CampaignState state);
};

}  // namespace troupe::core
