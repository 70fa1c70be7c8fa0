#include "tests/sim/ledger.h"

#include <utility>
#include <variant>

namespace troupe::sim {
namespace {

std::string text(const Ticket& ticket) {
  return "campaign " + std::to_string(ticket.campaign.value) + " job " + std::to_string(ticket.index) + " generation " +
         std::to_string(ticket.generation) + " attempt " + std::to_string(ticket.attempt);
}

}  // namespace

CellFacts* Ledger::cell(CampaignId campaign, Rank rank) {
  const auto account = accounts_.find(campaign);
  if (account == accounts_.end()) return nullptr;
  const auto at = account->second.cells.find(rank);
  return at == account->second.cells.end() ? nullptr : &at->second;
}

const CellFacts* Ledger::find(const Ticket& ticket) const {
  const auto account = accounts_.find(ticket.campaign);
  if (account == accounts_.end()) return nullptr;
  const manifest::Sweep& sweep = account->second.manifest.sweep();
  if (ticket.index >= sweep.positions()) return nullptr;
  return &account->second.cells.at(sweep.rank_of(ticket.index));
}

// Writes one edit into the books.
struct Ledger::Entry {
  Ledger& ledger;
  std::vector<std::string>& wrong;

  void operator()(const core::EpochStarted&) const {}

  void operator()(const core::CampaignAdded& edit) const {
    auto manifest = manifest::Manifest::from_resolved(edit.manifest_json);
    if (!manifest.ok()) {
      wrong.push_back("a campaign was accepted that cannot be read: " + manifest.status().to_string());
      return;
    }
    Account account{edit.row, std::move(manifest).value(), {}};
    for (Rank rank = 0; rank < account.manifest.sweep().positions(); ++rank) account.cells[rank];
    ledger.accounts_.emplace(edit.row.id, std::move(account));
  }

  void operator()(const core::CampaignChanged& edit) const { ledger.accounts_.at(edit.row.id).row = edit.row; }

  void operator()(const core::JobsGranted& edit) const {
    for (const core::LeaseGrant& grant : edit.grants) {
      CellFacts* facts = ledger.cell(grant.campaign, grant.rank);
      const Ticket ticket{grant.campaign, grant.index, grant.generation, grant.attempt};
      if (!facts || facts->terminal || facts->granted || facts->generation != grant.generation ||
          grant.attempt < facts->last_attempt) {
        wrong.push_back("granted in vain: " + text(ticket));
        continue;
      }
      facts->granted = ticket;
      facts->last_attempt = grant.attempt;
    }
  }

  void operator()(const core::JobReturned& edit) const {
    CellFacts* facts = ledger.cell(edit.campaign, edit.rank);
    if (!facts || !facts->granted) {
      wrong.push_back("a job was taken back that nobody had");
    } else {
      facts->granted.reset();
    }
  }

  void operator()(const core::ResultCommitted& edit) const {
    const Ticket& ticket = edit.result.ticket;
    CellFacts* facts = ledger.cell(ticket.campaign, edit.rank);
    if (!facts || facts->terminal || facts->generation != ticket.generation) {
      wrong.push_back("committed a second time, or in the wrong generation: " + text(ticket));
      return;
    }
    if (ticket.attempt == 0 || ticket.attempt > facts->last_attempt) {
      wrong.push_back("committed an attempt that was never granted: " + text(ticket));
    }
    facts->terminal = state_of(edit.result.outcome);
    facts->result = edit.result;
    facts->granted.reset();
    ++ledger.commits_;
  }

  void operator()(const core::CellsCancelled& edit) const {
    begin_generation(edit.campaign, edit.ranks, JobState::kCancelled);
  }
  void operator()(const core::CellsRequeued& edit) const { begin_generation(edit.campaign, edit.ranks, std::nullopt); }

  void begin_generation(CampaignId campaign, const core::IntervalSet& ranks, std::optional<JobState> state) const {
    for (const auto& [first, last] : ranks.intervals()) {
      for (Rank rank = first; rank < last; ++rank) {
        CellFacts* facts = ledger.cell(campaign, rank);
        if (facts) *facts = {.generation = facts->generation + 1, .terminal = state, .result = {}, .granted = {}};
      }
    }
  }
};

std::vector<std::string> Ledger::apply(std::span<const core::Edit> edits) {
  std::vector<std::string> wrong;
  for (const core::Edit& edit : edits) std::visit(Entry{*this, wrong}, edit);
  return wrong;
}

std::string Ledger::check_ack(const Ticket& ticket, const JobResult& result) const {
  const CellFacts* facts = find(ticket);
  if (!facts) return "acked a result of an unknown campaign: " + text(ticket);
  if (facts->generation > ticket.generation || facts->terminal) return "";
  const bool mendable =
      result.outcome == Outcome::kFailed && result.fault != Fault::kInput && result.fault != Fault::kModel;
  if (mendable && facts->granted != ticket) return "";
  return "acked before it was durable: " + text(ticket);
}

std::string Ledger::check_lease(const Ticket& ticket, const WorkerId& worker) {
  const CellFacts* facts = find(ticket);
  if (!facts) return "leased a job of an unknown campaign: " + text(ticket);
  const WorkerId& holder = holders_.emplace(ticket, worker).first->second;
  if (holder != worker) {
    return "one attempt was given to " + holder.value + " and to " + worker.value + ": " + text(ticket);
  }
  if (facts->generation > ticket.generation || facts->last_attempt >= ticket.attempt) return "";
  return "leased before it was durable: " + text(ticket);
}

bool Ledger::counts_on(const Ticket& ticket) const {
  const CellFacts* facts = find(ticket);
  return facts && facts->granted == ticket;
}

}  // namespace troupe::sim
