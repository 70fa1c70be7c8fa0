// One scheduling pass: who gets which jobs next. Idle slots first, the least busy worker first; then what workers hold
// ahead. A pass looks at a bounded number of campaigns and cells and goes on with the next step.
//
// Nothing here walks all workers or all campaigns: offers that found nothing are not asked again until the market
// stirs.
#include "coordinator/core/schedule.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "coordinator/core/leases.h"
#include "coordinator/core/pass.h"

namespace troupe::core {
namespace {

// Campaigns that one visit of a worker tries and finds to have nothing for it after all.
constexpr int kMostRefusals = 8;

using Head = std::tuple<Load, WorkerId, OfferId>;

// kBarren: there is nothing for any worker of its offer.
enum class Served { kGave, kPassed, kBarren };

void wake_offers(FarmState& farm) {
  if (farm.seen_version == farm.market.version()) return;
  farm.seen_version = farm.market.version();
  for (const auto& [id, offer] : farm.market.offers()) {
    if (!offer.hungry.empty()) farm.awake.insert(id);
  }
}

void put_to_sleep(FarmState& farm) {
  std::erase_if(farm.awake, [&](OfferId id) {
    const auto at = farm.market.offers().find(id);
    if (at == farm.market.offers().end() || at->second.hungry.empty()) return true;
    return std::ranges::all_of(at->second.barren,
                               [&](std::uint64_t version) { return version == farm.market.version(); });
  });
}

bool spent(Pass& pass) {
  if (pass.cells > 0 && pass.choices > 0) return false;
  pass.farm.pass_cut_short = true;
  return true;
}

Served serve(Pass& pass, Worker& worker, Phase phase) {
  pass.refused.clear();
  pass.personal = false;
  for (int refusals = 0; refusals < kMostRefusals; ++refusals) {
    Campaign* campaign = choose_campaign(pass, worker, phase);
    if (!campaign) return pass.personal || pass.choices == 0 ? Served::kPassed : Served::kBarren;
    const bool gave = hand_out(pass, worker, *campaign, portion(pass, worker, *campaign, phase));
    pass.farm.touch(campaign->row.id);
    pass.farm.settle();
    if (gave) return Served::kGave;
    if (pass.cells == 0) return Served::kPassed;
    pass.refused.insert(campaign->row.id);
    if (campaign->standing.filed) pass.personal = true;
  }
  return Served::kPassed;
}

void serve_all(Pass& pass, Phase phase) {
  FarmState& farm = pass.farm;
  std::set<Head> heads;
  std::map<OfferId, std::pair<Load, WorkerId>> passed;  // those up to here had their turn
  const auto push = [&](OfferId id, const Offer& offer) {
    const auto after = passed.find(id);
    const auto next = after == passed.end() ? offer.hungry.begin() : offer.hungry.upper_bound(after->second);
    if (next == offer.hungry.end() || (phase == kIdle && next->first >= kFullLoad)) return;
    heads.insert({next->first, next->second, id});
  };
  for (const OfferId id : farm.awake) {
    const auto at = farm.market.offers().find(id);
    if (at != farm.market.offers().end()) push(id, at->second);
  }
  while (!heads.empty() && !spent(pass)) {
    const auto [load, worker, id] = heads.extract(heads.begin()).value();
    Offer& offer = farm.market.offers().at(id);
    if (offer.barren[phase] == farm.market.version()) continue;
    switch (serve(pass, *farm.find(worker), phase)) {
      case Served::kGave: break;
      case Served::kPassed: passed[id] = {load, worker}; break;
      case Served::kBarren: offer.barren[phase] = farm.market.version(); continue;
    }
    push(id, offer);
  }
}

// Earlier revisions may have had all that was left, and a cell that cannot be worked out ends its campaign.
void end_campaigns(Pass& pass) {
  FarmState& farm = pass.farm;
  for (const auto& [id, jobs] : pass.reused) {
    pass.step.log("reused", farm.find(id)->label(), "", "{\"jobs\":" + std::to_string(jobs) + "}");
  }
  for (const auto& [id, why] : pass.undecodable) end_campaign(pass.step, *farm.find(id), CampaignState::kFailed, why);
  for (const CampaignId id : pass.looked_through) finish_if_over(pass.step, *farm.find(id));
}

}  // namespace

void schedule(Step& step) {
  FarmState& farm = step.farm;
  Pass pass(step);
  farm.settle();
  farm.pass_cut_short = false;
  wake_offers(farm);
  serve_all(pass, kIdle);
  serve_all(pass, kAhead);
  put_to_sleep(farm);
  if (farm.seen_version != farm.market.version()) farm.pass_cut_short = true;
  for (const Deal& deal : pass.deals) {
    announce_lease(step, *farm.find(deal.worker), *farm.find(deal.campaign), deal.grants);
  }
  end_campaigns(pass);
}

}  // namespace troupe::core
