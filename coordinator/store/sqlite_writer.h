// Edits as SQL. Not a transaction by itself: the caller holds one around all edits of a commit.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "coordinator/core/edit.h"
#include "coordinator/store/sqlite_bodies.h"

namespace troupe::store {

class SqliteWriter {
 public:
  // `database` and `bodies` outlive this.
  SqliteWriter(Database& database, SqliteBodies& bodies) : database_(database), bodies_(bodies) {}

  // All edits of a transaction, in their order; after an error it must be rolled back. kInternal for an edit that makes
  // no sense, as apply_edit() says.
  Status write(std::span<const core::Edit> edits);

 private:
  struct CellRun {
    Rank first = 0, last = 0;
    std::uint32_t generation = 0;
    bool cancelled = false;
  };

  // What all cells in [first, last) of a campaign are.
  struct KnownRun {
    CampaignId campaign;
    CellRun run;
  };

  // Results of one campaign that follow each other: their tries end together.
  Status write_results(std::span<const core::Edit> edits);
  Status put_result(const core::ResultCommitted& edit);
  Status write(const core::EpochStarted& edit);
  Status write(const core::CampaignAdded& edit);
  Status write(const core::CampaignChanged& edit);
  Status write(const core::JobsGranted& edit);
  Status write(const core::JobReturned& edit);
  Status write(const core::ResultCommitted& edit);
  Status write(const core::CellsCancelled& edit) { return begin_generation(edit.campaign, edit.ranks, true); }
  Status write(const core::CellsRequeued& edit) { return begin_generation(edit.campaign, edit.ranks, false); }
  Status write(const core::ResultReused& edit);
  Status write(const core::CampaignDeleted& edit);
  Status write(const core::FactStored& edit);
  Status write(const core::EventLogged& edit);

  Result<bool> exists(CampaignId campaign);
  Status require(CampaignId campaign);
  Status put(const core::CampaignRow& row);
  Status forget_tries(CampaignId campaign, Rank first, Rank last);
  Status check_current(const Ticket& ticket, Rank rank);
  // Sets known_ to the cell's surroundings.
  Status look_around(CampaignId campaign, Rank rank);
  // The body of the cell's result, which is of an older generation than the ticket, if it has one.
  Result<std::optional<std::int64_t>> older_body(const Ticket& ticket, Rank rank);
  // The body of a cell that is done now.
  Result<std::int64_t> done_body(CampaignId campaign, Rank rank);
  Status begin_generation(CampaignId campaign, const core::IntervalSet& ranks, bool cancelled);
  Status begin_generation(CampaignId campaign, Rank first, Rank last, bool cancelled);
  Status insert(CampaignId campaign, const CellRun& run);  // nothing for an empty run

  Database& database_;
  SqliteBodies& bodies_;
  std::optional<KnownRun> known_;              // in this transaction
  std::optional<CampaignId> present_;          // the last one that require() found in it
  std::optional<std::uint64_t> newest_event_;  // in it
  std::string body_;                           // memory that is used again
  Statement start_epoch_{database_, "UPDATE farm SET epoch = max(epoch, ?1)"};
  Statement note_campaign_{database_, "UPDATE farm SET last_campaign = max(last_campaign, ?1)"};
  Statement note_lease_{database_, "UPDATE farm SET last_lease = max(last_lease, ?1)"};
  Statement find_campaign_{database_, "SELECT 1 FROM campaign WHERE id = ?1 AND NOT deleted"};
  Statement put_campaign_{database_,
                          "INSERT INTO campaign (id, name, revision, project, priority, spec, submit_key, state,"
                          " state_reason, cells, submitted, started, finished, archived)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
                          " ON CONFLICT (id) DO UPDATE SET name = ?2, revision = ?3, project = ?4, priority = ?5,"
                          " spec = ?6, submit_key = ?7, state = ?8, state_reason = ?9, cells = ?10, submitted = ?11,"
                          " started = ?12, finished = ?13, archived = ?14"};
  Statement insert_manifest_{database_, "INSERT INTO manifest (campaign, json) VALUES (?1, ?2)"};
  Statement put_grant_{database_,
                       "INSERT OR REPLACE INTO job_grant (campaign, rank, idx, generation, attempt, lease, worker,"
                       " granted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  Statement end_grants_{database_, "DELETE FROM job_grant WHERE campaign = ?1 AND rank >= ?2 AND rank < ?3"};
  Statement put_retry_{database_,
                       "INSERT OR REPLACE INTO retry (campaign, rank, attempt, failures, not_before, reason)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  Statement forget_retries_{database_, "DELETE FROM retry WHERE campaign = ?1 AND rank >= ?2 AND rank < ?3"};
  Statement find_run_{database_,
                      "SELECT first, last, generation, cancelled FROM cell_run WHERE campaign = ?1 AND first <= ?2"
                      " ORDER BY first DESC LIMIT 1"};
  // Runs are disjoint: the only one that begins before ?2 and may reach it is the last of those.
  Statement runs_in_{database_,
                     "SELECT first, last, generation, cancelled FROM cell_run WHERE campaign = ?1 AND first < ?3"
                     " AND last > ?2 AND first >= coalesce((SELECT max(first) FROM cell_run WHERE campaign = ?1"
                     " AND first <= ?2), 0) ORDER BY first"};
  Statement delete_runs_{database_,
                         "DELETE FROM cell_run WHERE campaign = ?1 AND first < ?3 AND last > ?2 AND first >="
                         " coalesce((SELECT max(first) FROM cell_run WHERE campaign = ?1 AND first <= ?2), 0)"};
  Statement insert_run_{database_,
                        "INSERT INTO cell_run (campaign, first, last, generation, cancelled)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)"};
  Statement next_run_{database_, "SELECT min(first) FROM cell_run WHERE campaign = ?1 AND first > ?2"};
  Statement find_result_{database_, "SELECT generation, body FROM cell_result WHERE campaign = ?1 AND rank = ?2"};
  Statement add_result_{database_,
                        "INSERT OR IGNORE INTO cell_result (campaign, rank, idx, generation, attempt, outcome, body,"
                        " score) VALUES (?1, ?2, ?3, ?4, ?5, ?6, last_insert_rowid(), ?7)"};
  Statement put_result_{database_,
                        "INSERT OR REPLACE INTO cell_result (campaign, rank, idx, generation, attempt, outcome, body,"
                        " score) VALUES (?1, ?2, ?3, ?4, ?5, ?6, last_insert_rowid(), ?7)"};
  Statement find_done_{database_,
                       "SELECT body, generation FROM cell_result WHERE campaign = ?1 AND rank = ?2 AND outcome = 1"};
  Statement mark_deleted_{database_, "UPDATE campaign SET deleted = 1, submit_key = '' WHERE id = ?1"};
  Statement delete_manifest_{database_, "DELETE FROM manifest WHERE campaign = ?1"};
  Statement delete_all_runs_{database_, "DELETE FROM cell_run WHERE campaign = ?1"};
  Statement put_fact_{database_, "INSERT OR REPLACE INTO fact (kind, key, json) VALUES (?1, ?2, ?3)"};
  Statement forget_fact_{database_, "DELETE FROM fact WHERE kind = ?1 AND key = ?2"};
  Statement last_event_{database_, "SELECT max(id) FROM event"};
  Statement put_event_{database_,
                       "INSERT INTO event (id, at, kind, campaign, worker, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
};

}  // namespace troupe::store
