// Who gets which jobs next: campaigns by priority, then id; in each, tries that are due, then fresh cells by rank.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/manifest/job.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

// Due tries that one look for a worker passes over because it failed them before.
constexpr std::size_t kMostBlamed = 64;

bool has_tags(const Worker& worker, const std::vector<std::string>& tags) {
  const auto& own = worker.profile.tags;
  return std::all_of(tags.begin(), tags.end(),
                     [&](const std::string& tag) { return std::find(own.begin(), own.end(), tag) != own.end(); });
}

bool has_pack(const Worker& worker, const std::string& pack) {
  const auto& own = worker.profile.packs;
  return std::any_of(own.begin(), own.end(), [&](const PackOffer& offer) { return offer.name == pack; });
}

bool another_could(const FarmState& farm, const Campaign& campaign, const Worker& worker) {
  return std::any_of(farm.workers.begin(), farm.workers.end(), [&](const auto& entry) {
    const Worker& other = entry.second;
    return other.id != worker.id && other.takes_work() && other.wanted > 0 && eligible(farm, campaign, other);
  });
}

// One campaign's share of a scheduling pass.
class Hand {
 public:
  Hand(Step& step, Campaign& campaign, std::size_t& looks) : step_(step), campaign_(campaign), looks_(looks) {}

  void deal() {
    std::vector<Worker*> workers = candidates();
    if (workers.empty()) return;
    // Idle slots first, so that nothing waits behind a running job while a slot is free; then the rest of the room, but
    // not of the last jobs: a slot that is free sooner would want them.
    for (Worker* worker : workers) give(*worker, idle_slots(*worker));
    const std::uint64_t left = campaign_.waiting();
    for (Worker* worker : workers) {
      const bool alone = worker->profile.slots.size() == step_.farm.live_slots;
      if (alone || left > step_.farm.live_slots) give(*worker, share(*worker, left));
    }
    for (const auto& [id, grants] : dealt_) announce(*step_.farm.find(id), grants);
  }

  bool dealt() const {
    return std::any_of(dealt_.begin(), dealt_.end(), [](const auto& entry) { return !entry.second.empty(); });
  }
  // Why the campaign cannot run, if it cannot.
  const std::optional<std::string>& undecodable() const { return undecodable_; }

 private:
  // The least busy first.
  std::vector<Worker*> candidates() {
    std::vector<std::pair<double, Worker*>> order;
    for (const WorkerId& id : step_.farm.hungry) {
      Worker& worker = *step_.farm.find(id);
      if (!eligible(step_.farm, campaign_, worker)) continue;
      const auto slots = static_cast<double>(std::max<std::size_t>(1, worker.profile.slots.size()));
      order.push_back({static_cast<double>(step_.farm.busy(worker)) / slots, &worker});
    }
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Worker*> workers;
    for (const auto& [load, worker] : order) workers.push_back(worker);
    return workers;
  }

  std::size_t idle_slots(const Worker& worker) const {
    const std::size_t slots = std::max<std::size_t>(1, worker.profile.slots.size());
    const std::size_t busy = step_.farm.busy(worker);
    return slots > busy ? slots - busy : 0;
  }

  // What is left, divided among all slots that there are.
  std::size_t share(const Worker& worker, std::uint64_t left) const {
    const std::uint64_t all = std::max<std::size_t>(1, step_.farm.live_slots);
    const std::uint64_t each = (left + all - 1) / all;
    return static_cast<std::size_t>(each * std::max<std::size_t>(1, worker.profile.slots.size()));
  }

  void give(Worker& worker, std::size_t most) {
    most = std::min(most, step_.farm.room(worker));
    const std::size_t lease = std::min(step_.farm.options.lease_jobs, limits::kMaxLeaseJobs);
    while (most > 0 && dealt_[worker.id].size() < lease) {
      const std::optional<Rank> rank = pick(worker);
      if (!rank) return;
      dealt_[worker.id].push_back(grant(worker, *rank));
      --most;
    }
  }

  std::optional<Rank> pick(const Worker& worker) {
    if (const std::optional<Rank> rank = pick_due(worker)) return rank;
    return pick_fresh();
  }

  std::optional<Rank> pick_due(const Worker& worker) const {
    std::size_t blamed = 0;
    for (const auto& [due, rank] : campaign_.due) {
      if (due > step_.now || blamed == kMostBlamed) return std::nullopt;
      if (campaign_.tried.at(rank).avoid != worker.id || !another_could(step_.farm, campaign_, worker)) return rank;
      ++blamed;
    }
    return std::nullopt;
  }

  // Excluded positions are passed over for good. A cell that cannot be worked out ends the campaign.
  std::optional<Rank> pick_fresh() {
    while (looks_ > 0) {
      const std::optional<Rank> rank = campaign_.fresh.next(0);
      if (!rank) return std::nullopt;
      --looks_;
      const JobIndex index = campaign_.sweep().index_at(*rank);
      if (campaign_.sweep().excluded(index)) {
        campaign_.skip(*rank);
        continue;
      }
      const Result<manifest::Job> job = manifest::decode(campaign_.manifest, index);
      if (job.ok()) return rank;
      undecodable_ = campaign_.describe(index) + " cannot be worked out: " + job.status().message();
      return std::nullopt;
    }
    return std::nullopt;
  }

  LeaseGrant grant(Worker& worker, Rank rank) {
    const auto entry = campaign_.tried.find(rank);
    const std::uint32_t attempt = entry == campaign_.tried.end() ? 1 : entry->second.row.attempt + 1;
    LeaseId& lease = leases_[worker.id];
    if (lease.value == 0) lease.value = ++step_.farm.last_lease;
    LeaseGrant row{lease,   campaign_.row.id, rank,      campaign_.sweep().index_at(rank), campaign_.generation(rank),
                   attempt, worker.id,        step_.wall};
    campaign_.grant(Grant{.row = row, .sent = step_.now});
    worker.take(campaign_.row.id, rank, HeldState::kQueued);
    step_.farm.refresh(worker);
    return row;
  }

  void announce(const Worker& worker, const std::vector<LeaseGrant>& grants) {
    if (grants.empty()) return;
    step_.out.edits.push_back(JobsGranted{grants});
    std::vector<const LeaseGrant*> rows;
    for (const LeaseGrant& row : grants) rows.push_back(&row);
    step_.send(worker, lease_message(campaign_, rows, false));
  }

  Step& step_;
  Campaign& campaign_;
  std::size_t& looks_;
  std::map<WorkerId, std::vector<LeaseGrant>> dealt_;
  std::map<WorkerId, LeaseId> leases_;
  std::optional<std::string> undecodable_;
};

void schedule_campaign(Step& step, Campaign& campaign, std::size_t& looks) {
  if (campaign.waiting() == 0) return;
  Hand hand(step, campaign, looks);
  hand.deal();
  if (hand.dealt() && !campaign.row.started) {
    campaign.row.started = step.wall;
    step.save(campaign);
  }
  if (hand.undecodable()) end_campaign(step, campaign, CampaignState::kFailed, *hand.undecodable());
}

}  // namespace

bool eligible(const FarmState& farm, const Campaign& campaign, const Worker& worker) {
  if (!has_tags(worker, campaign.manifest.require_tags())) return false;
  // Where nobody has the pack, anybody may say so: a clear failure is better than waiting for ever.
  const std::string& pack = campaign.manifest.pack();
  return pack.empty() || !farm.pack_offers.contains(pack) || has_pack(worker, pack);
}

Lease lease_message(const Campaign& campaign, const std::vector<const LeaseGrant*>& grants, bool resent) {
  Lease lease;
  lease.lease = grants.front()->lease;
  lease.campaign = campaign.row.id;
  lease.spec = campaign.row.spec;
  for (const LeaseGrant* grant : grants) lease.jobs.push_back({grant->index, grant->generation, grant->attempt});
  lease.timeout = campaign.manifest.limits().timeout;
  lease.resent = resent;
  return lease;
}

void schedule(Step& step) {
  std::size_t looks = std::max<std::size_t>(1, step.farm.options.jobs_a_pass);
  step.farm.pass_cut_short = false;
  const auto runnable = step.farm.runnable;
  for (const auto& [priority, id] : runnable) {
    if (step.farm.hungry.empty()) return;
    schedule_campaign(step, *step.farm.find(id), looks);
    if (looks == 0) {
      step.farm.pass_cut_short = true;
      return;
    }
  }
}

}  // namespace troupe::core
