#include "tests/sim/ledger.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

namespace troupe::sim {
namespace {

std::string text(const Ticket& ticket) {
  return "campaign " + std::to_string(ticket.campaign.value) + " job " + std::to_string(ticket.index) + " generation " +
         std::to_string(ticket.generation) + " attempt " + std::to_string(ticket.attempt);
}

ResultFacts facts_of(const JobResult& result) {
  ResultFacts facts{result.outcome, !result.reason.empty(), {}, result.metadata_json};
  for (const Artifact& artifact : result.artifacts) facts.blobs.push_back(artifact.digest);
  return facts;
}

}  // namespace

CellFacts* Ledger::cell(CampaignId campaign, Rank rank) {
  const auto account = accounts_.find(campaign);
  if (account == accounts_.end() || rank >= account->second.cells.size()) return nullptr;
  return &account->second.cells[rank];
}

const Account* Ledger::find(CampaignId campaign) const {
  const auto account = accounts_.find(campaign);
  return account == accounts_.end() ? nullptr : &account->second;
}

const CellFacts* Ledger::find(const Ticket& ticket) const {
  const Account* account = find(ticket.campaign);
  if (!account || ticket.index >= account->cells.size()) return nullptr;
  return &account->cells[account->manifest.sweep().rank_of(ticket.index)];
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
    account.cells.resize(account.manifest.sweep().positions());
    ledger.positions_ += account.cells.size();
    const CampaignId holder = ledger.labels_.emplace(account.label(), edit.row.id).first->second;
    if (holder != edit.row.id) {
      wrong.push_back(account.label() + " was the name of campaign " + std::to_string(holder.value) + " already");
    }
    if (!ledger.accounts_.emplace(edit.row.id, std::move(account)).second) {
      wrong.push_back("campaign " + std::to_string(edit.row.id.value) + " was added a second time");
    }
  }

  void operator()(const core::CampaignChanged& edit) const {
    const auto account = ledger.accounts_.find(edit.row.id);
    if (account == ledger.accounts_.end()) {
      wrong.push_back("campaign " + std::to_string(edit.row.id.value) + " changed and was never added");
      return;
    }
    if (edit.row.archived && !is_terminal(edit.row.state)) {
      wrong.push_back(account->second.label() + " was archived and is not over");
    }
    account->second.row = edit.row;
  }

  void operator()(const core::JobsGranted& edit) const {
    for (const core::LeaseGrant& grant : edit.grants) {
      CellFacts* facts = ledger.cell(grant.campaign, grant.rank);
      const Ticket ticket{grant.campaign, grant.index, grant.generation, grant.attempt};
      // A straggler is granted a second time, to another worker; the newest grant stands.
      const bool twin = facts && facts->granted && grant.attempt > facts->last_attempt;
      if (!facts || facts->terminal || (facts->granted && !twin) || facts->generation != grant.generation ||
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
    set_over(ledger.accounts_.at(ticket.campaign), *facts, state_of(edit.result.outcome));
    facts->result = facts_of(edit.result);
    facts->granted.reset();
    ledger.named_.insert(facts->result->blobs.begin(), facts->result->blobs.end());
    ++ledger.commits_;
  }

  void operator()(const core::CellsCancelled& edit) const {
    begin_generation(edit.campaign, edit.ranks, JobState::kCancelled);
  }
  void operator()(const core::CellsRequeued& edit) const { begin_generation(edit.campaign, edit.ranks, std::nullopt); }

  void operator()(const core::ResultReused& edit) const {
    CellFacts* facts = ledger.cell(edit.campaign, edit.rank);
    const CellFacts* source = ledger.cell(edit.from, edit.from_rank);
    const std::string what = "campaign " + std::to_string(edit.campaign.value) + " rank " + std::to_string(edit.rank);
    if (!facts || facts->terminal || facts->granted || facts->generation != edit.generation) {
      wrong.push_back("reused for a cell that does not wait: " + what);
      return;
    }
    if (!source || source->terminal != JobState::kDone || !source->result) {
      wrong.push_back("reused a result that is not there: " + what);
      return;
    }
    set_over(ledger.accounts_.at(edit.campaign), *facts, JobState::kDone);
    facts->result = source->result;
    ++ledger.commits_;
  }

  void operator()(const core::CampaignDeleted& edit) const {
    const auto account = ledger.accounts_.find(edit.id);
    if (account == ledger.accounts_.end() || !is_terminal(account->second.row.state)) {
      wrong.push_back("campaign " + std::to_string(edit.id.value) + " was deleted and is not there, or not over");
      return;
    }
    ledger.positions_ -= account->second.cells.size();
    ledger.accounts_.erase(account);
    ledger.deleted_.insert(edit.id);
  }

  void operator()(const core::FactStored& edit) const {
    const bool valid = edit.json.empty() || nlohmann::json::accept(edit.json);
    if (edit.kind.empty() || !valid) wrong.push_back("a fact that nobody can read: " + edit.kind + " " + edit.key);
  }

  void operator()(const core::EventLogged& edit) const {
    const core::FarmEvent& event = edit.event;
    if (event.id != ++ledger.last_event_) {
      wrong.push_back("event " + std::to_string(event.id) + " after " + std::to_string(ledger.last_event_ - 1));
      ledger.last_event_ = event.id;
    }
    const nlohmann::json detail = nlohmann::json::parse(event.detail_json, nullptr, false);
    if (event.kind.empty() || !detail.is_object()) {
      wrong.push_back("event " + std::to_string(event.id) + " says nothing that can be read");
    } else if (event.kind == "no_space") {
      ++ledger.full_disks_;
      if (detail.value("since", WallMillis{0}) <= 0 || detail.value("seconds", -1) < 0 ||
          detail.value("reason", "").empty()) {
        wrong.push_back("event " + std::to_string(event.id) + " does not say for how long the disk was full, and why");
      }
    }
  }

  void begin_generation(CampaignId campaign, const core::IntervalSet& ranks, std::optional<JobState> state) const {
    for (const auto& [first, last] : ranks.intervals()) {
      for (Rank rank = first; rank < last; ++rank) {
        CellFacts* facts = ledger.cell(campaign, rank);
        if (!facts) {
          wrong.push_back("a verb moved a cell that is not there");
          return;
        }
        set_over(ledger.accounts_.at(campaign), *facts, state);
        *facts = {.generation = facts->generation + 1, .terminal = state, .result = {}, .granted = {}};
      }
    }
  }

  static void set_over(Account& account, CellFacts& facts, std::optional<JobState> state) {
    if (facts.terminal) --account.over[*facts.terminal];
    if (state) ++account.over[*state];
    facts.terminal = state;
  }
};

std::vector<std::string> Ledger::apply(std::span<const core::Edit> edits) {
  std::vector<std::string> wrong;
  for (const core::Edit& edit : edits) std::visit(Entry{*this, wrong}, edit);
  return wrong;
}

std::string Ledger::check_ack(const Ticket& ticket, bool mendable) const {
  const CellFacts* facts = find(ticket);
  if (deleted_.contains(ticket.campaign)) return "";
  if (!facts) return "acked a result of an unknown campaign: " + text(ticket);
  if (facts->generation > ticket.generation || facts->terminal) return "";
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
