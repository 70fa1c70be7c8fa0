// What the parts of one scheduling pass share: schedule.cpp says whose turn it is, campaign_choice.cpp which campaign a
// worker gets jobs of, portion.cpp how many, handout.cpp which.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/step.h"

namespace troupe::core {

// Idle slots first, so that nothing waits behind a running job while a slot is free; then what workers hold ahead.
enum Phase { kIdle = 0, kAhead = 1 };

// What one worker gets of one campaign, in one lease.
struct Deal {
  WorkerId worker;
  CampaignId campaign;
  LeaseId lease;
  std::vector<LeaseGrant> grants;
};

struct Pass {
  explicit Pass(Step& step_);

  Step& step;
  FarmState& farm;
  // What may still be looked at.
  std::size_t cells;
  std::size_t choices;  // of campaigns
  std::vector<Deal> deals;
  // What follows from cells that were looked at.
  std::map<CampaignId, std::string> undecodable;
  std::map<CampaignId, std::uint64_t> reused;  // cells that earlier revisions had
  std::set<CampaignId> looked_through;
  // Of the present visit of a worker: campaigns that had nothing for it, and whether that, or its lease, is its alone.
  std::set<CampaignId> refused;
  bool personal = false;

  // What the campaign had left when workers began to queue jobs, so that all of them share the same.
  std::uint64_t left(const Campaign& campaign);
  Deal& deal(const WorkerId& worker, CampaignId campaign);
  std::size_t most_of_a_lease() const;
  bool lease_is_full(const Worker& worker, CampaignId campaign) const;

 private:
  std::map<std::pair<WorkerId, CampaignId>, std::size_t> deal_of_;
  std::map<CampaignId, std::uint64_t> lefts_;
};

// The best campaign, by the rules "priority", "share" and "switch", of those that may run on the worker now; nullptr
// where there is none.
Campaign* choose_campaign(Pass& pass, const Worker& worker, Phase phase);

// The most jobs of the campaign that the worker may get now.
std::uint64_t portion(Pass& pass, const Worker& worker, const Campaign& campaign, Phase phase);

// Grants up to `most` jobs of the campaign; false when it had none for the worker after all.
bool hand_out(Pass& pass, Worker& worker, Campaign& campaign, std::uint64_t most);

}  // namespace troupe::core
