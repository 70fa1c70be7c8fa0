// One scheduling pass: who gets which jobs next. Idle slots first, the least busy worker first, so that nothing waits
// behind a running job while a slot is free; then what workers hold ahead. For each worker `choose` weighs campaigns by
// the rules of rules/; a pass looks at a bounded number of campaigns and cells and goes on with the next step.
//
// Nothing here walks all workers or all campaigns: offers that found nothing are not asked again until the market
// stirs.
#include "coordinator/core/schedule.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "coordinator/core/leases.h"
#include "coordinator/core/rules/model_switch.h"
#include "coordinator/core/rules/running.h"
#include "coordinator/core/rules/shard.h"
#include "coordinator/core/step.h"
#include "coordinator/core/supply.h"

namespace troupe::core {
namespace {

// Due tries that one look for a worker passes over because it failed them before.
constexpr std::size_t kMostBlamed = 64;
// Campaigns that one visit of a worker tries and finds to have nothing for it after all.
constexpr int kMostRefusals = 8;

enum Phase { kIdle = 0, kAhead = 1 };

struct Deal {
  WorkerId worker;
  CampaignId campaign;
  LeaseId lease;
  std::vector<LeaseGrant> grants;
};

class Pass {
 public:
  explicit Pass(Step& step)
      : step_(step),
        farm_(step.farm),
        cells_(std::max<std::size_t>(1, farm_.options.jobs_a_pass)),
        choices_(std::max<std::size_t>(1, farm_.options.choices_a_pass)) {}

  void run() {
    farm_.settle();
    farm_.pass_cut_short = false;
    wake_offers();
    serve_all(kIdle);
    serve_all(kAhead);
    put_to_sleep();
    if (farm_.seen_version != farm_.market.version()) farm_.pass_cut_short = true;
    for (const Deal& deal : deals_) announce(deal);
    end_campaigns();
  }

 private:
  using Head = std::tuple<Load, WorkerId, OfferId>;

  void wake_offers() {
    if (farm_.seen_version == farm_.market.version()) return;
    farm_.seen_version = farm_.market.version();
    for (const auto& [id, offer] : farm_.market.offers()) {
      if (!offer.hungry.empty()) farm_.awake.insert(id);
    }
  }

  void put_to_sleep() {
    std::erase_if(farm_.awake, [&](OfferId id) {
      const auto at = farm_.market.offers().find(id);
      if (at == farm_.market.offers().end() || at->second.hungry.empty()) return true;
      return std::ranges::all_of(at->second.barren,
                                 [&](std::uint64_t version) { return version == farm_.market.version(); });
    });
  }

  bool spent() {
    if (cells_ > 0 && choices_ > 0) return false;
    farm_.pass_cut_short = true;
    return true;
  }

  void serve_all(Phase phase) {
    std::set<Head> heads;
    std::map<OfferId, std::pair<Load, WorkerId>> passed;  // those up to here had their turn
    const auto push = [&](OfferId id, const Offer& offer) {
      const auto after = passed.find(id);
      const auto next = after == passed.end() ? offer.hungry.begin() : offer.hungry.upper_bound(after->second);
      if (next == offer.hungry.end() || (phase == kIdle && next->first >= kFullLoad)) return;
      heads.insert({next->first, next->second, id});
    };
    for (const OfferId id : farm_.awake) {
      const auto at = farm_.market.offers().find(id);
      if (at != farm_.market.offers().end()) push(id, at->second);
    }
    while (!heads.empty() && !spent()) {
      const auto [load, worker, id] = heads.extract(heads.begin()).value();
      Offer& offer = farm_.market.offers().at(id);
      if (offer.barren[phase] == farm_.market.version()) continue;
      switch (serve(*farm_.find(worker), phase)) {
        case Served::kGave: break;
        case Served::kPassed: passed[id] = {load, worker}; break;
        case Served::kBarren: offer.barren[phase] = farm_.market.version(); continue;
      }
      push(id, offer);
    }
  }

  // kBarren: there is nothing for any worker of its offer.
  enum class Served { kGave, kPassed, kBarren };
  Served serve(Worker& worker, Phase phase) {
    refused_.clear();
    personal_ = false;
    for (int refusals = 0; refusals < kMostRefusals; ++refusals) {
      Campaign* campaign = choose(worker, phase);
      if (!campaign) return personal_ || choices_ == 0 ? Served::kPassed : Served::kBarren;
      const bool gave = give(worker, *campaign, most(worker, *campaign, phase));
      farm_.touch(campaign->row.id);
      farm_.settle();
      if (gave) return Served::kGave;
      if (cells_ == 0) return Served::kPassed;
      refused_.insert(campaign->row.id);
      if (campaign->standing.filed) personal_ = true;
    }
    return Served::kPassed;
  }

  // ---- which campaign ----

  // The rules "priority", "share" and "switch": the best of those that may run on the worker now.
  Campaign* choose(const Worker& worker, Phase phase) {
    for (const auto& [priority, level] : farm_.standings.levels()) {
      Campaign* best = nullptr;
      double best_score = 0;
      for (const auto& [key, name] : level.order) {
        if (best && key >= best_score) break;
        if (choices_ == 0) return best;
        --choices_;
        if (farm_.usage.full(name)) continue;
        for (const auto& [need_id, campaigns] : level.projects.at(name).campaigns) {
          const Demand& need = farm_.market.need(need_id);
          if (!need.offers.contains(*worker.offer)) continue;
          const double score = key + farm_.usage.seconds_in_key(switch_seconds(worker, need.key.pack), farm_.now);
          if (best && score >= best_score) continue;
          if (Campaign* campaign = first_usable(worker, phase, need, campaigns)) {
            best = campaign;
            best_score = score;
          }
        }
      }
      if (best) return best;
    }
    return nullptr;
  }

  double switch_seconds(const Worker& worker, const std::string& pack) const {
    return rules::switch_seconds(worker.loaded.contains(pack), farm_.models.load_seconds(pack, worker.device()));
  }

  Campaign* first_usable(const Worker& worker, Phase phase, const Demand& need, const std::set<CampaignId>& campaigns) {
    for (const CampaignId id : campaigns) {
      if (choices_ == 0) return nullptr;
      --choices_;
      if (refused_.contains(id)) continue;
      Campaign& campaign = *farm_.find(id);
      if (phase == kAhead && !rules::may_queue(left(campaign), need.slots, worker.slots())) continue;
      if (lease_is_full(worker, id)) {
        personal_ = true;
        farm_.pass_cut_short = true;
        continue;
      }
      return &campaign;
    }
    return nullptr;
  }

  // What the campaign had left when workers began to queue jobs, so that all of them share the same.
  std::uint64_t left(const Campaign& campaign) {
    return lefts_.try_emplace(campaign.row.id, campaign.waiting()).first->second;
  }

  std::size_t most_of_a_lease() const { return std::min(farm_.options.lease_jobs, limits::kMaxLeaseJobs); }

  bool lease_is_full(const Worker& worker, CampaignId campaign) const {
    const auto at = deal_of_.find({worker.id, campaign});
    return at != deal_of_.end() && deals_[at->second].grants.size() >= most_of_a_lease();
  }

  // ---- how many jobs ----

  std::uint64_t most(const Worker& worker, const Campaign& campaign, Phase phase) {
    const std::uint64_t room = farm_.room(worker);
    const std::uint64_t idle = worker.slots() > worker.busy ? worker.slots() - worker.busy : 0;
    const Demand& need = farm_.need(campaign);
    const std::uint64_t shard = worker.quarantine ? 0
                                                  : rules::shard_jobs(campaign.seconds_a_job(), worker.slots(),
                                                                      farm_.options.target_lease, most_of_a_lease());
    const std::uint64_t still = phase == kAhead ? left(campaign) : campaign.waiting();
    const std::uint64_t share = rules::tail_share(still, need.slots, worker.slots());
    std::uint64_t jobs = std::min(room, idle);
    if (phase == kAhead) {
      jobs = std::min(std::max(room, shard > worker.busy ? shard - worker.busy : 0), share);
    } else if (rules::may_queue(still, need.slots, worker.slots())) {
      jobs = std::max(jobs, std::min(shard, share));
    }
    const auto running = static_cast<std::uint64_t>(campaign.manifest.limits().running.value_or(0));
    jobs = std::min(jobs, rules::running_room(campaign.grants.size() + campaign.elders.size(), running));
    const std::string& project = campaign.row.project;
    return std::min(jobs, rules::running_room(farm_.usage.running(project), farm_.usage.most_running(project)));
  }

  // ---- which cells ----

  bool give(Worker& worker, Campaign& campaign, std::uint64_t most) {
    bool gave = false;
    const int priority = campaign.top_priority();
    while (most > 0 && cells_ > 0 && !lease_is_full(worker, campaign.row.id)) {
      const std::optional<Rank> rank = pick(worker, campaign);
      if (!rank) break;
      if (comes_later(campaign, *rank, priority)) {
        farm_.pass_cut_short = true;
        break;
      }
      grant(worker, campaign, *rank);
      gave = true;
      --most;
    }
    return gave;
  }

  // A fresh cell of a lower priority than the one that the campaign was chosen by: other campaigns may come before it.
  static bool comes_later(const Campaign& campaign, Rank rank, int priority) {
    return !campaign.holds.empty() && campaign.fresh.contains(rank) &&
           campaign.holds.priority(rank, campaign.row.priority) < priority;
  }

  std::optional<Rank> pick(const Worker& worker, Campaign& campaign) {
    campaign.set_held_tries_aside(step_.now, cells_);
    if (const std::optional<Rank> rank = pick_due(worker, campaign)) return rank;
    const std::uint64_t before = campaign.reused.size();
    Supplied next = next_cell(step_, campaign, worker, cells_);
    if (campaign.reused.size() > before) reused_[campaign.row.id] += campaign.reused.size() - before;
    if (!next.undecodable.empty()) undecodable_.emplace(campaign.row.id, std::move(next.undecodable));
    if (!next.rank) looked_through_.insert(campaign.row.id);
    return next.rank;
  }

  // A try goes to another worker than the one that failed it, as long as there is one.
  std::optional<Rank> pick_due(const Worker& worker, Campaign& campaign) {
    std::size_t blamed = 0;
    for (const auto& [due, rank] : campaign.due) {
      if (due > step_.now || blamed == kMostBlamed) return std::nullopt;
      const auto elder = campaign.elders.find(rank);
      const bool runs_here = elder != campaign.elders.end() && elder->second.row.worker == worker.id;
      if (!runs_here && (campaign.tried.at(rank).avoid != worker.id || !another_could(worker, campaign))) {
        --cells_;
        return rank;
      }
      ++blamed;
    }
    return std::nullopt;
  }

  bool another_could(const Worker& worker, const Campaign& campaign) {
    return farm_.need(campaign).takers > (worker.slots_offered > 0 ? 1 : 0);
  }

  void grant(Worker& worker, Campaign& campaign, Rank rank) {
    const auto [at, is_new] = deal_of_.try_emplace({worker.id, campaign.row.id}, deals_.size());
    if (is_new) deals_.push_back({worker.id, campaign.row.id, LeaseId{++farm_.last_lease}, {}});
    Deal& deal = deals_[at->second];
    deal.grants.push_back(grant_job(step_, worker, campaign, rank, deal.lease));
  }

  // ---- what follows ----

  void announce(const Deal& deal) {
    Campaign& campaign = *farm_.find(deal.campaign);
    announce_lease(step_, *farm_.find(deal.worker), campaign, deal.grants);
  }

  // Earlier revisions may have had all that was left, and a cell that cannot be worked out ends its campaign.
  void end_campaigns() {
    for (const auto& [id, jobs] : reused_) {
      step_.log("reused", farm_.find(id)->label(), "", "{\"jobs\":" + std::to_string(jobs) + "}");
    }
    for (const auto& [id, why] : undecodable_) end_campaign(step_, *farm_.find(id), CampaignState::kFailed, why);
    for (const CampaignId id : looked_through_) finish_if_over(step_, *farm_.find(id));
  }

  Step& step_;
  FarmState& farm_;
  std::size_t cells_;
  std::size_t choices_;
  std::vector<Deal> deals_;
  std::map<std::pair<WorkerId, CampaignId>, std::size_t> deal_of_;
  std::map<CampaignId, std::uint64_t> lefts_;
  std::map<CampaignId, std::string> undecodable_;
  std::set<CampaignId> looked_through_;
  std::map<CampaignId, std::uint64_t> reused_;  // cells that earlier revisions had
  // Of the present visit: campaigns that had nothing for the worker, and whether that, or its lease, is its alone.
  std::set<CampaignId> refused_;
  bool personal_ = false;
};

}  // namespace

void schedule(Step& step) {
  Pass(step).run();
}

}  // namespace troupe::core
