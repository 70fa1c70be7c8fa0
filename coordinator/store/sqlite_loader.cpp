#include "coordinator/store/sqlite_loader.h"

#include <algorithm>
#include <array>
#include <map>

#include "coordinator/core/generations.h"
#include "coordinator/store/sqlite_names.h"

namespace troupe::store {
namespace {

using core::CampaignSnapshot;
using core::Snapshot;

Status damaged(CampaignId campaign, const std::string& what) {
  return Status(Code::kCorrupt, "the database is damaged: campaign " + std::to_string(campaign.value) + " " + what);
}

// Collects ranks that come in ascending order into a set, a whole run at a time.
class RunBuilder {
 public:
  explicit RunBuilder(core::IntervalSet& set) : set_(set) {}
  ~RunBuilder() { flush(); }
  void add(Rank rank) {
    if (rank != last_) {
      flush();
      first_ = rank;
    }
    last_ = rank + 1;
  }

 private:
  void flush() {
    if (first_ < last_) set_.insert(first_, last_);
  }
  core::IntervalSet& set_;
  Rank first_ = 0, last_ = 0;
};

class Loader {
 public:
  explicit Loader(Database& database) : database_(database) {}

  Result<Snapshot> load() {
    TROUPE_RETURN_IF_ERROR(load_farm());
    TROUPE_RETURN_IF_ERROR(load_campaigns());
    for (CampaignSnapshot& campaign : snapshot_.campaigns) {
      TROUPE_RETURN_IF_ERROR(load_cells(campaign));
      TROUPE_RETURN_IF_ERROR(load_grants(campaign));
      TROUPE_RETURN_IF_ERROR(load_retries(campaign));
    }
    TROUPE_RETURN_IF_ERROR(load_facts());
    return std::move(snapshot_);
  }

 private:
  Status load_farm() {
    Statement statement(database_,
                        "SELECT epoch, last_campaign, last_lease, coalesce((SELECT max(id) FROM event), 0) FROM farm");
    Rows rows = statement.query();
    if (rows.next()) {
      snapshot_.epoch = Epoch{rows.number(0)};
      snapshot_.last_campaign = rows.number(1);
      snapshot_.last_lease = rows.number(2);
      snapshot_.last_event = rows.number(3);
    }
    return rows.status();
  }

  Status load_campaigns() {
    return visit_campaigns(database_, [this](core::CampaignRow& row, std::string& json) {
      CampaignSnapshot& campaign = snapshot_.campaigns.emplace_back();
      campaign.row = std::move(row);
      campaign.manifest_json = std::move(json);
      return Status();
    });
  }

  Status load_cells(CampaignSnapshot& campaign) {
    TROUPE_RETURN_IF_ERROR(load_runs(campaign));
    RunBuilder done(campaign.done), rejected(campaign.rejected), failed(campaign.failed), reused(campaign.reused);
    const auto& generations = campaign.generations;
    auto run = generations.begin();
    Rows rows = results_.query(campaign.row.id.value);
    while (rows.next()) {
      const Rank rank = rows.number(0);
      while (run != generations.end() && run->last <= rank) ++run;
      const std::uint32_t current = run != generations.end() && run->first <= rank ? run->generation : 0;
      if (rows.small(1) != current) continue;
      const auto outcome = outcome_of(rows.integer(2));
      if (!outcome) return damaged(campaign.row.id, "has a result without an outcome");
      switch (*outcome) {
        case Outcome::kDone:
          done.add(rank);
          if (const auto score = rows.optional_real(3))
            campaign.scores.emplace_hint(campaign.scores.end(), rank, *score);
          if (rows.integer(4) == 0) reused.add(rank);
          break;
        case Outcome::kRejected: rejected.add(rank); break;
        case Outcome::kFailed: failed.add(rank); break;
      }
    }
    return rows.status();
  }

  Status load_runs(CampaignSnapshot& campaign) {
    Rows rows = runs_.query(campaign.row.id.value);
    Rank end = 0;
    while (rows.next()) {
      const Rank first = rows.number(0), last = rows.number(1);
      if (first < end || last <= first) return damaged(campaign.row.id, "has overlapping runs of cells");
      end = last;
      core::append_run(campaign.generations, {first, last, rows.small(2)});
      if (rows.integer(3) != 0) campaign.cancelled.insert(first, last);
    }
    return rows.status();
  }

  Status load_grants(CampaignSnapshot& campaign) {
    Rows rows = grants_.query(campaign.row.id.value);
    while (rows.next()) {
      campaign.grants.push_back({LeaseId{rows.number(4)}, campaign.row.id, rows.number(0), rows.number(1),
                                 rows.small(2), rows.small(3), WorkerId{rows.text(5)}, rows.integer(6)});
    }
    return rows.status();
  }

  Status load_retries(CampaignSnapshot& campaign) {
    Rows rows = retries_.query(campaign.row.id.value);
    while (rows.next()) {
      campaign.retries.emplace_hint(campaign.retries.end(), rows.number(0),
                                    core::RetryRow{rows.small(1), rows.small(2), rows.integer(3), rows.text(4)});
    }
    return rows.status();
  }

  Status load_facts() {
    Statement statement(database_, "SELECT kind, key, json FROM fact ORDER BY kind, key");
    Rows rows = statement.query();
    while (rows.next()) {
      snapshot_.facts.emplace_hint(snapshot_.facts.end(), std::pair(rows.text(0), rows.text(1)), rows.text(2));
    }
    return rows.status();
  }

  Database& database_;
  Snapshot snapshot_;
  Statement runs_{database_,
                  "SELECT first, last, generation, cancelled FROM cell_run WHERE campaign = ?1"
                  " ORDER BY first"};
  Statement results_{database_,
                     "SELECT rank, generation, outcome, score, attempt FROM cell_result WHERE campaign = ?1"
                     " ORDER BY rank"};
  Statement grants_{database_,
                    "SELECT rank, idx, generation, attempt, lease, worker, granted FROM job_grant"
                    " WHERE campaign = ?1 ORDER BY rank"};
  Statement retries_{database_,
                     "SELECT rank, attempt, failures, not_before, reason FROM retry WHERE campaign = ?1"
                     " ORDER BY rank"};
};

}  // namespace

Status visit_campaigns(Database& database,
                       const std::function<Status(core::CampaignRow& row, std::string& json)>& visit) {
  Statement statement(database,
                      "SELECT id, name, revision, project, priority, spec, submit_key, state, state_reason, cells,"
                      " submitted, started, finished, archived, json FROM campaign JOIN manifest ON"
                      " manifest.campaign = id WHERE NOT deleted ORDER BY id");
  Rows rows = statement.query();
  while (rows.next()) {
    core::CampaignRow row;
    row.id = CampaignId{rows.number(0)};
    row.name = rows.text(1);
    row.revision = rows.small(2);
    row.project = rows.text(3);
    row.priority = static_cast<int>(rows.integer(4));
    const auto spec = Digest::from_bytes(rows.bytes(5));
    const auto state = campaign_state(rows.bytes(7));
    if (!spec || !state) return damaged(row.id, "has no valid spec or state");
    row.spec = *spec;
    row.submit_key = rows.text(6);
    row.state = *state;
    row.state_reason = rows.text(8);
    row.cells = rows.number(9);
    row.submitted = rows.integer(10);
    row.started = rows.optional_integer(11);
    row.finished = rows.optional_integer(12);
    row.archived = rows.integer(13) != 0;
    std::string json = rows.text(14);
    TROUPE_RETURN_IF_ERROR(visit(row, json));
  }
  return rows.status();
}

Result<Snapshot> load_snapshot(Database& database) {
  TROUPE_RETURN_IF_ERROR(database.run("BEGIN"));
  Result<Snapshot> snapshot = Loader(database).load();
  const Status end = database.run("COMMIT");
  return end.ok() || !snapshot.ok() ? std::move(snapshot) : end;
}

}  // namespace troupe::store
