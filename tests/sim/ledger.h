// What the simulator knows to be durable, kept apart from the store and cell by cell: an account of its own to hold the
// farm's promises against.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "coordinator/core/edit.h"

namespace troupe::sim {

struct CellFacts {
  std::uint32_t generation = 0;
  std::optional<JobState> terminal;
  std::optional<JobResult> result;  // of the present generation
  std::optional<Ticket> granted;
  std::uint32_t last_attempt = 0;  // granted in this generation
};

class Ledger {
 public:
  // Edits that became durable together, at this moment. Returns what is wrong with them.
  std::vector<std::string> apply(std::span<const core::Edit> edits);

  // Nullptr for a cell of an unknown campaign.
  const CellFacts* find(const Ticket& ticket) const;
  // May a worker be told that this result is answered for? Empty, or why not.
  std::string check_ack(const Ticket& ticket, const JobResult& result) const;
  // May a worker be told to run this? Empty, or why not.
  std::string check_lease(const Ticket& ticket, const WorkerId& worker);
  // Does the coordinator still count on this very attempt?
  bool counts_on(const Ticket& ticket) const;

  struct Account {
    core::CampaignRow row;
    manifest::Manifest manifest;
    std::map<Rank, CellFacts> cells;  // of all positions, excluded ones among them
  };
  const std::map<CampaignId, Account>& accounts() const { return accounts_; }
  std::uint64_t commits() const { return commits_; }

 private:
  struct Entry;
  CellFacts* cell(CampaignId campaign, Rank rank);

  std::map<CampaignId, Account> accounts_;
  std::map<Ticket, WorkerId> holders_;  // who was told to run what, ever
  std::uint64_t commits_ = 0;
};

}  // namespace troupe::sim
