// Everything that the farm knows, and the small questions that all of its parts ask.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "coordinator/core/campaign.h"
#include "coordinator/core/farm.h"
#include "coordinator/core/market.h"
#include "coordinator/core/models.h"
#include "coordinator/core/notices.h"
#include "coordinator/core/recent.h"
#include "coordinator/core/revisions.h"
#include "coordinator/core/standings.h"
#include "coordinator/core/usage.h"
#include "coordinator/core/worker.h"

namespace troupe::core {

// Of the results committed in this life of the coordinator.
struct StageCount {
  std::uint64_t runs = 0;
  std::uint64_t reused = 0;  // taken from a worker's stage cache
  double seconds = 0;        // of the runs
};

struct FarmState {
  FarmState(const FarmOptions& options_, Epoch epoch_)
      : options(options_), epoch(epoch_), random(options_.seed), market(models), usage(options) {}
  FarmState(const FarmState&) = delete;
  FarmState& operator=(const FarmState&) = delete;

  FarmOptions options;
  Epoch epoch;
  SeededRandom random;
  std::uint64_t last_campaign = 0;
  std::uint64_t last_lease = 0;
  std::uint64_t last_event = 0;

  std::map<CampaignId, Campaign> campaigns;
  std::map<std::string, std::vector<CampaignId>> by_name;  // by revision, the newest last
  std::map<std::string, CampaignId> by_key;                // of submits
  Revisions revisions;
  // Campaigns whose stored manifest this program cannot read, with the reason: left alone, their results unanswered.
  std::map<CampaignId, std::string> unreadable;
  bool told_of_unreadable = false;

  std::set<CampaignId> runnable;  // active ones
  std::map<WorkerId, Worker> workers;
  std::map<WorkerId, std::string> orders;  // what operators ordered of workers that are not here now (standing.h)
  std::size_t live_workers = 0;
  std::size_t live_slots = 0;
  std::size_t takers = 0;                    // workers that take work
  std::map<std::string, StageCount> stages;  // by the name that results give them
  std::uint64_t results_never_leased = 0;    // dropped in this life of the coordinator
  Notices notices;

  // ---- scheduling ----
  Instant now;  // of the present step
  Models models;
  Market market;
  Usage usage;
  Standings standings;
  Recent recent;
  rules::Health health;                      // of all workers together
  std::set<OfferId> awake;                   // offers whose hungry workers may find something
  std::uint64_t seen_version = 0;            // of the market, by the last pass
  std::set<CampaignId> touched;              // to be filed anew before the next pass
  std::multimap<Instant, CampaignId> wakes;  // when a campaign is to be touched: a try is due, it grew older
  std::multimap<Instant, WorkerId> watches;  // when to look whether a worker was silent for too long, or may be probed
  std::set<CampaignId> tails;                // active ones with nothing left but what is granted
  std::set<CampaignId> unsaved_effort;       // whose learned seconds are to be written down
  std::map<std::tuple<CampaignId, Rank, std::uint32_t>, std::size_t> deaths;  // engines that a cell's generation killed
  Instant save_learned_at;
  Instant retention_at;         // when old campaigns are looked for next,
  CampaignId retention_from;    // beginning behind this one
  bool pass_cut_short = false;  // the last scheduling pass ended by its bound: there is more to look at

  Campaign* find(CampaignId id);
  const Campaign* find(CampaignId id) const;
  Worker* find(const WorkerId& id);

  // Jobs granted to the worker that still occupy it: not those whose result is in its outbox.
  std::size_t busy(const Worker& worker) const { return worker.busy; }
  // How many more jobs it may be given to begin with.
  std::size_t room(const Worker& worker) const;

  // To be called after whatever may have changed the worker's room or willingness.
  void refresh(Worker& worker);
  // Live workers are counted with what they offer; `count_out` before `profile` changes.
  void count_in(Worker& worker);
  void count_out(Worker& worker);
  // Looks at the worker at that time: at its silence, or whether it may be tried.
  void watch(Worker& worker, Instant when);
  // The interval of heartbeats, and the silence that is borne, at the present size of the farm.
  Millis heartbeat() const;
  Millis liveness() const;

  // The campaign's cells, grants, state or limits changed: it is filed anew before the next pass.
  void touch(CampaignId id) { touched.insert(id); }
  // The same, and workers that found nothing before may find something now.
  void stir(CampaignId id) {
    touched.insert(id);
    market.stir();
  }
  // Files what was touched and whose time has come.
  void settle();
  // Its place in `standings` is what it should be now.
  void file(Campaign& campaign);
  // Something of it can be granted now, as far as it alone is concerned.
  bool grantable(const Campaign& campaign) const;
  const Demand& need(const Campaign& campaign) { return market.need(campaign.standing.need); }

  void add(Campaign campaign);
  // Of a campaign that is over: all about it is forgotten.
  void remove(CampaignId id);
  // Keeps the books of scheduling in step with the campaign's state.
  void set_state(Campaign& campaign, CampaignState state);
  // The same of its priority.
  void set_priority(Campaign& campaign, int priority);
};

}  // namespace troupe::core
