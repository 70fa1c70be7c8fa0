// What the simulator knows to be durable, kept apart from the store and cell by cell: an account of its own to hold the
// farm's promises against.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "coordinator/core/edit.h"

namespace troupe::sim {

// What of a result matters here.
struct ResultFacts {
  Outcome outcome = Outcome::kDone;
  bool has_reason = false;
  std::vector<Digest> blobs;
  std::string metadata_json;
};

struct CellFacts {
  std::uint32_t generation = 0;
  std::optional<JobState> terminal;
  std::optional<ResultFacts> result;  // of the present generation
  std::optional<Ticket> granted;
  std::uint32_t last_attempt = 0;  // granted in this generation
};

// One campaign, as its edits made it.
struct Account {
  core::CampaignRow row;
  manifest::Manifest manifest;
  std::vector<CellFacts> cells;                 // by rank, of all positions: excluded ones among them
  std::map<JobState, std::uint64_t> over = {};  // positions in each terminal state

  std::string label() const { return row.name + "#" + std::to_string(row.revision); }
};

class Ledger {
 public:
  // Edits that became durable together, at this moment. Returns what is wrong with them.
  std::vector<std::string> apply(std::span<const core::Edit> edits);

  // Nullptr for a cell of an unknown campaign.
  const CellFacts* find(const Ticket& ticket) const;
  const Account* find(CampaignId campaign) const;
  // May a worker be told that this result is answered for? `mendable`: it is a failure that another try may mend.
  // Empty, or why not.
  std::string check_ack(const Ticket& ticket, bool mendable) const;
  // May a worker be told to run this? Empty, or why not.
  std::string check_lease(const Ticket& ticket, const WorkerId& worker);
  // Does the coordinator still count on this very attempt?
  bool counts_on(const Ticket& ticket) const;
  // Does a committed result name this artifact?
  bool names(const Digest& blob) const { return named_.contains(blob); }

  const std::map<CampaignId, Account>& accounts() const { return accounts_; }
  bool is_deleted(CampaignId campaign) const { return deleted_.contains(campaign); }
  std::uint64_t commits() const { return commits_; }
  // How often the event log says that the disk was full for a while.
  std::uint64_t full_disks() const { return full_disks_; }
  std::uint64_t positions() const { return positions_; }  // of all campaigns

 private:
  struct Entry;
  CellFacts* cell(CampaignId campaign, Rank rank);

  std::map<CampaignId, Account> accounts_;
  std::map<Ticket, WorkerId> holders_;  // who was told to run what, ever
  std::set<Digest> named_;
  std::set<CampaignId> deleted_;
  std::map<std::string, CampaignId> labels_;  // ever given
  std::uint64_t last_event_ = 0;
  std::uint64_t full_disks_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t positions_ = 0;
};

}  // namespace troupe::sim
