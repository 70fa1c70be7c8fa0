#include "coordinator/core/leases.h"
#include "coordinator/core/pass.h"
#include "coordinator/core/supply.h"

namespace troupe::core {
namespace {

// Due tries that one look for a worker passes over because it failed them before.
constexpr std::size_t kMostBlamed = 64;

// A fresh cell of a lower priority than the one that the campaign was chosen by: other campaigns may come before it.
bool comes_later(const Campaign& campaign, Rank rank, int priority) {
  return !campaign.holds.empty() && campaign.fresh.contains(rank) &&
         campaign.holds.priority(rank, campaign.row.priority) < priority;
}

bool another_could(Pass& pass, const Worker& worker, const Campaign& campaign) {
  return pass.farm.need(campaign).takers > (worker.slots_offered > 0 ? 1 : 0);
}

// A try goes to another worker than the one that failed it, as long as there is one.
std::optional<Rank> pick_due(Pass& pass, const Worker& worker, Campaign& campaign) {
  std::size_t blamed = 0;
  for (const auto& [due, rank] : campaign.due) {
    if (due > pass.step.now || blamed == kMostBlamed) return std::nullopt;
    const auto elder = campaign.elders.find(rank);
    const bool runs_here = elder != campaign.elders.end() && elder->second.row.worker == worker.id;
    if (!runs_here && (campaign.tried.at(rank).avoid != worker.id || !another_could(pass, worker, campaign))) {
      --pass.cells;
      return rank;
    }
    ++blamed;
  }
  return std::nullopt;
}

std::optional<Rank> pick(Pass& pass, const Worker& worker, Campaign& campaign) {
  campaign.set_held_tries_aside(pass.step.now, pass.cells);
  if (const std::optional<Rank> rank = pick_due(pass, worker, campaign)) return rank;
  const std::uint64_t before = campaign.reused.size();
  Supplied next = next_cell(pass.step, campaign, worker, pass.cells);
  if (campaign.reused.size() > before) pass.reused[campaign.row.id] += campaign.reused.size() - before;
  if (!next.undecodable.empty()) pass.undecodable.emplace(campaign.row.id, std::move(next.undecodable));
  if (!next.rank) pass.looked_through.insert(campaign.row.id);
  return next.rank;
}

}  // namespace

bool hand_out(Pass& pass, Worker& worker, Campaign& campaign, std::uint64_t most) {
  bool gave = false;
  const int priority = campaign.top_priority();
  while (most > 0 && pass.cells > 0 && !pass.lease_is_full(worker, campaign.row.id)) {
    const std::optional<Rank> rank = pick(pass, worker, campaign);
    if (!rank) break;
    if (comes_later(campaign, *rank, priority)) {
      pass.farm.pass_cut_short = true;
      break;
    }
    Deal& deal = pass.deal(worker.id, campaign.row.id);
    deal.grants.push_back(grant_job(pass.step, worker, campaign, *rank, deal.lease));
    gave = true;
    --most;
  }
  return gave;
}

}  // namespace troupe::core
