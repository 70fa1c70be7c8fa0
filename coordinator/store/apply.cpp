#include "coordinator/store/apply.h"

#include <algorithm>

#include "coordinator/core/generations.h"

namespace troupe::store {
namespace {

using core::CampaignSnapshot;
using core::IntervalSet;
using core::Snapshot;

Status wrong(CampaignId campaign, const std::string& what) {
  return Status(Code::kInternal, "edit of campaign " + std::to_string(campaign.value) + ": " + what);
}

std::string cell(Rank rank) {
  return "the cell of rank " + std::to_string(rank);
}

CampaignSnapshot* find(Snapshot& snapshot, CampaignId id) {
  const auto at = std::lower_bound(snapshot.campaigns.begin(), snapshot.campaigns.end(), id,
                                   [](const CampaignSnapshot& c, CampaignId value) { return c.row.id < value; });
  return at != snapshot.campaigns.end() && at->row.id == id ? &*at : nullptr;
}

auto grant_at(CampaignSnapshot& campaign, Rank rank) {
  return std::lower_bound(campaign.grants.begin(), campaign.grants.end(), rank,
                          [](const core::LeaseGrant& grant, Rank value) { return grant.rank < value; });
}

void end_grants(CampaignSnapshot& campaign, Rank first, Rank last) {
  campaign.grants.erase(grant_at(campaign, first), grant_at(campaign, last));
}

void forget_tries(CampaignSnapshot& campaign, Rank first, Rank last) {
  end_grants(campaign, first, last);
  campaign.retries.erase(campaign.retries.lower_bound(first), campaign.retries.lower_bound(last));
}

// Cells leave whatever state they were in for `state`, or wait again where that is null.
void begin_generation(CampaignSnapshot& campaign, const IntervalSet& ranks, IntervalSet* state) {
  for (const auto& [first, last] : ranks.intervals()) {
    forget_tries(campaign, first, last);
    for (IntervalSet* set : {&campaign.done, &campaign.failed, &campaign.rejected, &campaign.cancelled}) {
      set->erase(first, last);
    }
    campaign.scores.erase(campaign.scores.lower_bound(first), campaign.scores.lower_bound(last));
    campaign.reused.erase(first, last);
    if (state) state->insert(first, last);
  }
  core::raise_generations(campaign.generations, ranks);
}

// Whether a result of that generation may commit now.
Status check_open(const CampaignSnapshot& campaign, Rank rank, std::uint32_t generation) {
  if (core::generation_of(campaign.generations, rank) != generation) {
    return wrong(campaign.row.id, cell(rank) + " is not in generation " + std::to_string(generation));
  }
  for (const IntervalSet* set : {&campaign.done, &campaign.failed, &campaign.rejected, &campaign.cancelled}) {
    if (set->contains(rank)) return wrong(campaign.row.id, cell(rank) + " is finished a second time");
  }
  return {};
}

struct Applier {
  Snapshot& snapshot;

  Status operator()(const core::EpochStarted& edit) const {
    snapshot.epoch = std::max(snapshot.epoch, edit.epoch);
    return {};
  }

  Status operator()(const core::CampaignAdded& edit) const {
    if (find(snapshot, edit.row.id)) return wrong(edit.row.id, "it is added a second time");
    auto& campaigns = snapshot.campaigns;
    const auto after = std::upper_bound(campaigns.begin(), campaigns.end(), edit.row.id,
                                        [](CampaignId value, const CampaignSnapshot& c) { return value < c.row.id; });
    CampaignSnapshot& added = *campaigns.emplace(after);
    added.row = edit.row;
    added.manifest_json = edit.manifest_json;
    snapshot.last_campaign = std::max(snapshot.last_campaign, edit.row.id.value);
    return {};
  }

  Status operator()(const core::CampaignChanged& edit) const {
    CampaignSnapshot* campaign = find(snapshot, edit.row.id);
    if (!campaign) return wrong(edit.row.id, "there is no such campaign");
    campaign->row = edit.row;
    return {};
  }

  Status operator()(const core::JobsGranted& edit) const {
    for (const core::LeaseGrant& grant : edit.grants) {
      CampaignSnapshot* campaign = find(snapshot, grant.campaign);
      if (!campaign) return wrong(grant.campaign, "there is no such campaign");
      const auto at = grant_at(*campaign, grant.rank);
      if (at != campaign->grants.end() && at->rank == grant.rank) {
        *at = grant;
      } else {
        campaign->grants.insert(at, grant);
      }
      snapshot.last_lease = std::max(snapshot.last_lease, grant.lease.value);
    }
    return {};
  }

  Status operator()(const core::JobReturned& edit) const {
    CampaignSnapshot* campaign = find(snapshot, edit.campaign);
    if (!campaign) return wrong(edit.campaign, "there is no such campaign");
    end_grants(*campaign, edit.rank, edit.rank + 1);
    campaign->retries[edit.rank] = {edit.attempt, edit.failures, edit.not_before, edit.reason};
    return {};
  }

  Status operator()(const core::ResultCommitted& edit) const {
    const Ticket& ticket = edit.result.ticket;
    CampaignSnapshot* campaign = find(snapshot, ticket.campaign);
    if (!campaign) return wrong(ticket.campaign, "there is no such campaign");
    TROUPE_RETURN_IF_ERROR(check_open(*campaign, edit.rank, ticket.generation));
    forget_tries(*campaign, edit.rank, edit.rank + 1);
    switch (edit.result.outcome) {
      case Outcome::kDone:
        campaign->done.insert(edit.rank);
        if (edit.score) campaign->scores[edit.rank] = *edit.score;
        break;
      case Outcome::kRejected: campaign->rejected.insert(edit.rank); break;
      case Outcome::kFailed: campaign->failed.insert(edit.rank); break;
    }
    return {};
  }

  Status operator()(const core::CellsCancelled& edit) const {
    CampaignSnapshot* campaign = find(snapshot, edit.campaign);
    if (!campaign) return wrong(edit.campaign, "there is no such campaign");
    begin_generation(*campaign, edit.ranks, &campaign->cancelled);
    return {};
  }

  Status operator()(const core::CellsRequeued& edit) const {
    CampaignSnapshot* campaign = find(snapshot, edit.campaign);
    if (!campaign) return wrong(edit.campaign, "there is no such campaign");
    begin_generation(*campaign, edit.ranks, nullptr);
    return {};
  }

  Status operator()(const core::ResultReused& edit) const {
    CampaignSnapshot* campaign = find(snapshot, edit.campaign);
    if (!campaign) return wrong(edit.campaign, "there is no such campaign");
    const CampaignSnapshot* from = find(snapshot, edit.from);
    if (!from || !from->done.contains(edit.from_rank)) {
      return wrong(edit.campaign,
                   "campaign " + std::to_string(edit.from.value) + " has no result to reuse for " + cell(edit.rank));
    }
    TROUPE_RETURN_IF_ERROR(check_open(*campaign, edit.rank, edit.generation));
    forget_tries(*campaign, edit.rank, edit.rank + 1);
    campaign->done.insert(edit.rank);
    campaign->reused.insert(edit.rank);
    if (edit.score) campaign->scores[edit.rank] = *edit.score;
    return {};
  }

  Status operator()(const core::CampaignDeleted& edit) const {
    if (!find(snapshot, edit.id)) return wrong(edit.id, "there is no such campaign");
    std::erase_if(snapshot.campaigns, [&](const CampaignSnapshot& campaign) { return campaign.row.id == edit.id; });
    return {};
  }

  Status operator()(const core::FactStored& edit) const {
    const std::pair key(edit.kind, edit.key);
    if (edit.json.empty()) {
      snapshot.facts.erase(key);
    } else {
      snapshot.facts[key] = edit.json;
    }
    return {};
  }

  Status operator()(const core::EventLogged& edit) const {
    if (edit.event.id <= snapshot.last_event) {
      return Status(Code::kInternal, "event " + std::to_string(edit.event.id) + " comes after event " +
                                         std::to_string(snapshot.last_event));
    }
    snapshot.last_event = edit.event.id;
    return {};
  }
};

}  // namespace

Status apply_edit(Snapshot& snapshot, const core::Edit& edit) {
  return std::visit(Applier{snapshot}, edit);
}

Status apply_edits(Snapshot& snapshot, std::span<const core::Edit> edits) {
  for (const core::Edit& edit : edits) TROUPE_RETURN_IF_ERROR(apply_edit(snapshot, edit));
  return {};
}

}  // namespace troupe::store
