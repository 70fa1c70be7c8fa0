#include "coordinator/store/sqlite_writer.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "coordinator/store/sqlite_names.h"
#include "coordinator/store/stored_result.h"

namespace troupe::store {
namespace {

Status wrong(CampaignId campaign, const std::string& what) {
  return Status(Code::kInternal, "edit of campaign " + std::to_string(campaign.value) + ": " + what);
}

std::string cell(Rank rank) {
  return "the cell of rank " + std::to_string(rank);
}

// How many of the first edits are results of one campaign.
std::size_t results_in_front(std::span<const core::Edit> edits) {
  std::size_t count = 0;
  CampaignId campaign;
  for (; count < edits.size(); ++count) {
    const auto* result = std::get_if<core::ResultCommitted>(&edits[count]);
    if (!result || (count > 0 && result->result.ticket.campaign != campaign)) break;
    campaign = result->result.ticket.campaign;
  }
  return count;
}

}  // namespace

Status SqliteWriter::write(std::span<const core::Edit> edits) {
  known_.reset();
  present_.reset();
  newest_event_.reset();
  while (!edits.empty()) {
    const std::size_t results = results_in_front(edits);
    if (results > 1) {
      TROUPE_RETURN_IF_ERROR(write_results(edits.first(results)));
    } else {
      TROUPE_RETURN_IF_ERROR(std::visit([this](const auto& edit) { return write(edit); }, edits.front()));
    }
    edits = edits.subspan(std::max<std::size_t>(results, 1));
  }
  return {};
}

Result<bool> SqliteWriter::exists(CampaignId campaign) {
  Rows rows = find_campaign_.query(campaign.value);
  const bool found = rows.next();
  if (!rows.status().ok()) return rows.status();
  return found;
}

Status SqliteWriter::require(CampaignId campaign) {
  if (present_ == campaign) return {};
  TROUPE_ASSIGN_OR_RETURN(const bool found, exists(campaign));
  if (!found) return wrong(campaign, "there is no such campaign");
  present_ = campaign;
  return {};
}

Status SqliteWriter::write(const core::EpochStarted& edit) {
  return start_epoch_.run(edit.epoch.value);
}

Status SqliteWriter::put(const core::CampaignRow& row) {
  return put_campaign_.run(row.id.value, row.name, row.revision, row.project, row.priority, Blob{row.spec.view()},
                           row.submit_key, name(row.state), row.state_reason, row.cells, row.submitted, row.started,
                           row.finished, row.archived);
}

Status SqliteWriter::write(const core::CampaignAdded& edit) {
  const CampaignId id = edit.row.id;
  TROUPE_ASSIGN_OR_RETURN(const bool found, exists(id));
  if (found) return wrong(id, "it is added a second time");
  TROUPE_RETURN_IF_ERROR(put(edit.row));
  TROUPE_RETURN_IF_ERROR(insert_manifest_.run(id.value, edit.manifest_json));
  return note_campaign_.run(id.value);
}

Status SqliteWriter::write(const core::CampaignChanged& edit) {
  TROUPE_RETURN_IF_ERROR(require(edit.row.id));
  return put(edit.row);
}

Status SqliteWriter::write(const core::JobsGranted& edit) {
  std::uint64_t last_lease = 0;
  for (const core::LeaseGrant& grant : edit.grants) {
    TROUPE_RETURN_IF_ERROR(require(grant.campaign));
    TROUPE_RETURN_IF_ERROR(put_grant_.run(grant.campaign.value, grant.rank, grant.index, grant.generation,
                                          grant.attempt, grant.lease.value, grant.worker.value, grant.granted));
    last_lease = std::max(last_lease, grant.lease.value);
  }
  return note_lease_.run(last_lease);
}

Status SqliteWriter::write(const core::JobReturned& edit) {
  TROUPE_RETURN_IF_ERROR(require(edit.campaign));
  TROUPE_RETURN_IF_ERROR(end_grants_.run(edit.campaign.value, edit.rank, edit.rank + 1));
  return put_retry_.run(edit.campaign.value, edit.rank, edit.attempt, edit.failures, edit.not_before, edit.reason);
}

Status SqliteWriter::write_results(std::span<const core::Edit> edits) {
  core::IntervalSet ranks;
  for (const core::Edit& edit : edits) ranks.insert(std::get<core::ResultCommitted>(edit).rank);
  const CampaignId campaign = std::get<core::ResultCommitted>(edits.front()).result.ticket.campaign;
  for (const auto& [first, last] : ranks.intervals()) TROUPE_RETURN_IF_ERROR(forget_tries(campaign, first, last));
  for (const core::Edit& edit : edits) TROUPE_RETURN_IF_ERROR(put_result(std::get<core::ResultCommitted>(edit)));
  return {};
}

Status SqliteWriter::write(const core::ResultCommitted& edit) {
  TROUPE_RETURN_IF_ERROR(forget_tries(edit.result.ticket.campaign, edit.rank, edit.rank + 1));
  return put_result(edit);
}

// Nearly every cell has no older result: it is looked for only where the new row does not go in.
Status SqliteWriter::put_result(const core::ResultCommitted& edit) {
  const Ticket& ticket = edit.result.ticket;
  TROUPE_RETURN_IF_ERROR(require(ticket.campaign));
  const int outcome = outcome_number(edit.result.outcome);
  TROUPE_RETURN_IF_ERROR(check_current(ticket, edit.rank));
  encode_result(edit, body_);
  TROUPE_RETURN_IF_ERROR(bodies_.add(ticket.campaign, edit.rank, body_));
  TROUPE_RETURN_IF_ERROR(add_result_.run(ticket.campaign.value, edit.rank, ticket.index, ticket.generation,
                                         ticket.attempt, outcome, edit.score));
  if (database_.changes() > 0) return {};
  TROUPE_ASSIGN_OR_RETURN(const auto older, older_body(ticket, edit.rank));
  if (!older) return wrong(ticket.campaign, cell(edit.rank) + " cannot take a result");
  TROUPE_RETURN_IF_ERROR(put_result_.run(ticket.campaign.value, edit.rank, ticket.index, ticket.generation,
                                         ticket.attempt, outcome, edit.score));
  return bodies_.drop(*older);
}

Status SqliteWriter::write(const core::ResultReused& edit) {
  TROUPE_RETURN_IF_ERROR(require(edit.campaign));
  const Ticket ticket{edit.campaign, edit.index, edit.generation, 0};
  TROUPE_ASSIGN_OR_RETURN(const std::int64_t body, done_body(edit.from, edit.from_rank));
  TROUPE_RETURN_IF_ERROR(check_current(ticket, edit.rank));
  TROUPE_ASSIGN_OR_RETURN(const auto older, older_body(ticket, edit.rank));
  TROUPE_RETURN_IF_ERROR(forget_tries(edit.campaign, edit.rank, edit.rank + 1));
  TROUPE_RETURN_IF_ERROR(bodies_.share(edit.campaign, edit.rank, body));
  TROUPE_RETURN_IF_ERROR(put_result_.run(edit.campaign.value, edit.rank, ticket.index, ticket.generation,
                                         ticket.attempt, outcome_number(Outcome::kDone), edit.score));
  return older ? bodies_.drop(*older) : Status();
}

Result<std::int64_t> SqliteWriter::done_body(CampaignId campaign, Rank rank) {
  TROUPE_RETURN_IF_ERROR(require(campaign));
  Rows rows = find_done_.query(campaign.value, rank);
  if (!rows.next()) {
    TROUPE_RETURN_IF_ERROR(rows.status());
    return wrong(campaign, cell(rank) + " is not done and cannot be reused");
  }
  TROUPE_RETURN_IF_ERROR(check_current({campaign, 0, rows.small(1), 0}, rank));
  return rows.integer(0);
}

Status SqliteWriter::check_current(const Ticket& ticket, Rank rank) {
  const bool known =
      known_ && known_->campaign == ticket.campaign && known_->run.first <= rank && rank < known_->run.last;
  if (!known) TROUPE_RETURN_IF_ERROR(look_around(ticket.campaign, rank));
  if (known_->run.generation != ticket.generation) {
    return wrong(ticket.campaign, cell(rank) + " is not in generation " + std::to_string(ticket.generation));
  }
  return known_->run.cancelled ? wrong(ticket.campaign, cell(rank) + " was cancelled") : Status();
}

Status SqliteWriter::look_around(CampaignId campaign, Rank rank) {
  CellRun run;  // between two runs all are of generation 0
  run.last = std::numeric_limits<std::int64_t>::max();
  {
    Rows rows = find_run_.query(campaign.value, rank);
    if (rows.next()) {
      const bool inside = rank < rows.number(1);
      run.first = rows.number(inside ? 0 : 1);
      if (inside) run = {run.first, rows.number(1), rows.small(2), rows.integer(3) != 0};
    }
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  if (run.generation == 0) {
    Rows rows = next_run_.query(campaign.value, rank);
    if (rows.next()) {
      if (const auto next = rows.optional_integer(0)) run.last = std::min(run.last, static_cast<Rank>(*next));
    }
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  known_ = {campaign, run};
  return {};
}

Result<std::optional<std::int64_t>> SqliteWriter::older_body(const Ticket& ticket, Rank rank) {
  Rows rows = find_result_.query(ticket.campaign.value, rank);
  if (!rows.next()) {
    TROUPE_RETURN_IF_ERROR(rows.status());
    return std::optional<std::int64_t>();
  }
  if (rows.small(0) >= ticket.generation) return wrong(ticket.campaign, cell(rank) + " is finished a second time");
  return std::optional(rows.integer(1));
}

Status SqliteWriter::write(const core::CampaignDeleted& edit) {
  TROUPE_RETURN_IF_ERROR(require(edit.id));
  TROUPE_RETURN_IF_ERROR(forget_tries(edit.id, 0, std::numeric_limits<std::int64_t>::max()));
  TROUPE_RETURN_IF_ERROR(delete_manifest_.run(edit.id.value));
  known_.reset();
  TROUPE_RETURN_IF_ERROR(delete_all_runs_.run(edit.id.value));
  known_.reset();
  present_.reset();
  return mark_deleted_.run(edit.id.value);
}

Status SqliteWriter::write(const core::FactStored& edit) {
  return edit.json.empty() ? forget_fact_.run(edit.kind, edit.key) : put_fact_.run(edit.kind, edit.key, edit.json);
}

Status SqliteWriter::write(const core::EventLogged& edit) {
  const core::FarmEvent& event = edit.event;
  if (!newest_event_) {
    Rows rows = last_event_.query();
    newest_event_ = rows.next() ? rows.number(0) : 0;
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  if (event.id <= *newest_event_) {
    return Status(Code::kInternal,
                  "event " + std::to_string(event.id) + " comes after event " + std::to_string(*newest_event_));
  }
  newest_event_ = event.id;
  return put_event_.run(event.id, event.at, event.kind, event.campaign, event.worker, event.detail_json);
}

Status SqliteWriter::forget_tries(CampaignId campaign, Rank first, Rank last) {
  TROUPE_RETURN_IF_ERROR(end_grants_.run(campaign.value, first, last));
  return forget_retries_.run(campaign.value, first, last);
}

Status SqliteWriter::begin_generation(CampaignId campaign, const core::IntervalSet& ranks, bool cancelled) {
  TROUPE_RETURN_IF_ERROR(require(campaign));
  known_.reset();
  for (const auto& [first, last] : ranks.intervals()) {
    TROUPE_RETURN_IF_ERROR(forget_tries(campaign, first, last));
    TROUPE_RETURN_IF_ERROR(begin_generation(campaign, first, last, cancelled));
  }
  return {};
}

Status SqliteWriter::begin_generation(CampaignId campaign, Rank first, Rank last, bool cancelled) {
  std::vector<CellRun> old;
  Rows rows = runs_in_.query(campaign.value, first, last);
  while (rows.next()) old.push_back({rows.number(0), rows.number(1), rows.small(2), rows.integer(3) != 0});
  TROUPE_RETURN_IF_ERROR(rows.status());
  TROUPE_RETURN_IF_ERROR(delete_runs_.run(campaign.value, first, last));
  Rank at = first;
  for (const CellRun& run : old) {
    TROUPE_RETURN_IF_ERROR(insert(campaign, {run.first, first, run.generation, run.cancelled}));
    const Rank from = std::max(run.first, first), to = std::min(run.last, last);
    TROUPE_RETURN_IF_ERROR(insert(campaign, {at, from, 1, cancelled}));
    TROUPE_RETURN_IF_ERROR(insert(campaign, {from, to, run.generation + 1, cancelled}));
    TROUPE_RETURN_IF_ERROR(insert(campaign, {last, run.last, run.generation, run.cancelled}));
    at = to;
  }
  return insert(campaign, {at, last, 1, cancelled});
}

Status SqliteWriter::insert(CampaignId campaign, const CellRun& run) {
  if (run.first >= run.last) return {};
  return insert_run_.run(campaign.value, run.first, run.last, run.generation, run.cancelled);
}

}  // namespace troupe::store
