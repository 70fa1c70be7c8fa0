#include "tests/sim/checks.h"

#include <algorithm>
#include <variant>

#include "coordinator/core/explain.h"

namespace troupe::sim {
namespace {

constexpr Rank kAskedWhy = 6;

// Which of its three granted states a job is in is not durable.
bool is_granted(JobState state) {
  return state == JobState::kLeased || state == JobState::kRunning || state == JobState::kUploading;
}

bool same_state(JobState a, JobState b) {
  return a == b || (is_granted(a) && is_granted(b));
}

std::string cell(const core::Campaign& campaign, Rank rank) {
  return campaign.label() + " rank " + std::to_string(rank);
}

bool same_try(const core::Campaign& live, const core::Campaign& restored, Rank rank) {
  const auto a = live.tried.find(rank), b = restored.tried.find(rank);
  if ((a == live.tried.end()) != (b == restored.tried.end())) return false;
  return a == live.tried.end() || a->second.row == b->second.row;
}

bool same_grant(const core::Campaign& live, const core::Campaign& restored, Rank rank) {
  const auto a = live.grants.find(rank), b = restored.grants.find(rank);
  if ((a == live.grants.end()) != (b == restored.grants.end())) return false;
  return a == live.grants.end() || a->second.row == b->second.row;
}

void compare_campaigns(const core::Campaign& live, const core::Campaign& restored, std::vector<std::string>& wrong) {
  if (live.row != restored.row || live.stays != restored.stays) {
    wrong.push_back(live.label() + ": farm and store disagree about its row");
  }
  for (Rank rank = 0; rank < live.sweep().positions(); ++rank) {
    const bool same = same_state(live.state_of(rank), restored.state_of(rank)) &&
                      live.generation(rank) == restored.generation(rank) && same_try(live, restored, rank) &&
                      same_grant(live, restored, rank) &&
                      (live.state_of(rank) != JobState::kDone || live.scores.find(rank) == restored.scores.find(rank));
    if (!same) wrong.push_back(cell(live, rank) + ": farm and store disagree");
    if (live.state_of(rank) == JobState::kWaiting && live.hold(rank) != restored.hold(rank)) {
      wrong.push_back(cell(live, rank) + ": farm and store disagree about who holds it");
    }
  }
}

void compare_account(const core::Campaign& campaign, const Account& account, std::vector<std::string>& wrong) {
  if (campaign.row != account.row) wrong.push_back(account.label() + ": farm and ledger disagree about its row");
  for (Rank rank = 0; rank < account.cells.size(); ++rank) {
    const CellFacts& facts = account.cells[rank];
    const JobState state = campaign.state_of(rank);
    const JobState expected = facts.terminal.value_or(facts.granted ? JobState::kLeased : JobState::kWaiting);
    if (!same_state(state, expected) || campaign.generation(rank) != facts.generation) {
      wrong.push_back(cell(campaign, rank) + " is " + std::string(name(state)) + ", by its edits " +
                      std::string(name(expected)));
    }
  }
}

}  // namespace

std::optional<CampaignId> campaign_of(const core::Edit& edit) {
  return std::visit(
      [](const auto& one) -> std::optional<CampaignId> {
        if constexpr (requires { one.row.id; }) return one.row.id;
        if constexpr (requires { one.campaign; }) return one.campaign;
        if constexpr (requires { one.result.ticket; }) return one.result.ticket.campaign;
        if constexpr (requires { one.grants; }) return one.grants.front().campaign;
        return std::nullopt;
      },
      edit);
}

std::vector<std::string> check_counts(const core::Campaign& campaign) {
  std::vector<std::string> wrong;
  const std::uint64_t excluded = campaign.sweep().positions() - campaign.row.cells;
  const std::uint64_t waiting = campaign.waiting();
  // Excluded positions may sit among the fresh ones until they are looked at.
  const std::uint64_t tries = campaign.due.size() + campaign.held_tries.size();
  const std::uint64_t queued = campaign.fresh.size() + campaign.held.size() + tries;
  if (waiting > campaign.row.cells) wrong.push_back(campaign.label() + ": fewer than no jobs wait");
  if (queued < waiting || queued > waiting + excluded) {
    wrong.push_back(campaign.label() + ": " + std::to_string(waiting) + " jobs wait, " + std::to_string(queued) +
                    " are queued");
  }
  if (tries > campaign.tried.size() || tries + campaign.grants.size() < campaign.tried.size()) {
    wrong.push_back(campaign.label() + ": lost tries");
  }
  return wrong;
}

std::vector<std::string> check_reasons(const core::FarmState& farm, std::uint64_t turn) {
  std::vector<std::string> wrong;
  for (const auto& [id, campaign] : farm.campaigns) {
    if (campaign.waiting() == 0) continue;
    const Rank positions = campaign.sweep().positions();
    for (Rank i = 0; i < std::min(kAskedWhy, positions); ++i) {
      const Rank rank = (turn * kAskedWhy + i) % positions;
      const JobIndex index = campaign.sweep().index_at(rank);
      if (campaign.sweep().excluded(index) || campaign.state_of(rank) != JobState::kWaiting) continue;
      const nlohmann::json why = core::explain(farm, campaign, index);
      const bool told = !why.at("rule").get<std::string>().empty() && !why.at("text").get<std::string>().empty();
      if (!told || why.at("state") != "waiting") wrong.push_back(cell(campaign, rank) + " waits and nobody knows why");
    }
  }
  return wrong;
}

std::vector<std::string> compare_farms(const core::FarmState& live, const core::FarmState& restored) {
  std::vector<std::string> wrong;
  if (live.campaigns.size() != restored.campaigns.size()) {
    wrong.emplace_back("farm and store have different campaigns");
  }
  if (live.last_campaign != restored.last_campaign || live.last_lease != restored.last_lease) {
    wrong.emplace_back("a restart would give out numbers again");
  }
  if (live.revisions != restored.revisions) wrong.emplace_back("a restart would give out revisions again");
  for (const auto& [id, campaign] : live.campaigns) {
    const core::Campaign* other = restored.find(id);
    if (other) {
      compare_campaigns(campaign, *other, wrong);
    } else {
      wrong.push_back(campaign.label() + " is not in the store");
    }
  }
  return wrong;
}

std::vector<std::string> compare_with_ledger(const core::FarmState& farm, const Ledger& ledger) {
  std::vector<std::string> wrong;
  if (farm.campaigns.size() != ledger.accounts().size()) wrong.emplace_back("farm and ledger have different campaigns");
  for (const auto& [id, account] : ledger.accounts()) {
    if (const core::Campaign* campaign = farm.find(id)) {
      compare_account(*campaign, account, wrong);
    } else {
      wrong.push_back(account.label() + " is gone from the farm");
    }
  }
  return wrong;
}

}  // namespace troupe::sim
