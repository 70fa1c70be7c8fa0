#include "coordinator/store/sqlite_reader.h"

#include <algorithm>
#include <utility>

#include "coordinator/store/sqlite.h"
#include "coordinator/store/sqlite_loader.h"
#include "coordinator/store/stored_result.h"

namespace troupe::store {
namespace {

// Results that one question looks at.
constexpr std::uint64_t kMostLookedAt = 20'000;
constexpr std::uint64_t kMostNewCells = 4096;
// Results read at once: a longer read would keep the log of writes from being folded into the database.
constexpr std::uint64_t kResultsAtOnce = 4096;
constexpr std::uint64_t kEventsAtOnce = 65'536;

class SqliteReader final : public StoreReader {
 public:
  explicit SqliteReader(Database database) : database_(std::move(database)) {}

  Result<std::vector<std::optional<ResultRow>>> results_by_rank(CampaignId campaign,
                                                                std::span<const Rank> ranks) override {
    std::vector<std::optional<ResultRow>> results(ranks.size());
    TROUPE_RETURN_IF_ERROR(database_.run("BEGIN"));  // one state for all of them
    Status status;
    for (std::size_t i = 0; i < ranks.size() && status.ok(); ++i) status = read(campaign, ranks[i], results[i]);
    const Status end = database_.run("COMMIT");
    TROUPE_RETURN_IF_ERROR(status);
    TROUPE_RETURN_IF_ERROR(end);
    return results;
  }

  Result<NewResults> results_after(CampaignId campaign, std::uint64_t after) override {
    TROUPE_ASSIGN_OR_RETURN(const std::uint64_t newest, newest_result());
    NewResults results;
    results.next = std::min(newest, after + kMostLookedAt);
    Rows rows = new_.query(after, results.next, campaign.value, kMostNewCells);
    while (rows.next()) {
      results.cells.push_back(rows.number(1));
      if (results.cells.size() == kMostNewCells) results.next = rows.number(0);
    }
    results.next = std::max(results.next, after);
    results.more = results.next < newest;
    if (!rows.status().ok()) return rows.status();
    return results;
  }

  Result<std::uint64_t> newest_result() override {
    Rows rows = newest_.query();
    const std::uint64_t id = rows.next() ? rows.number(0) : 0;
    if (!rows.status().ok()) return rows.status();
    return id;
  }

  Result<std::vector<core::FarmEvent>> events_after(std::uint64_t id, std::size_t limit) override {
    std::vector<core::FarmEvent> events;
    Rows rows = events_.query(id, std::uint64_t{limit});
    while (rows.next()) events.push_back(event_in(rows));
    if (!rows.status().ok()) return rows.status();
    return events;
  }

  // Times grow with the ids, or nearly so: clocks are set now and then.
  Result<std::uint64_t> last_event_before(WallMillis at) override {
    // The moment lies after `low`, and not after the one that follows `high`.
    TROUPE_ASSIGN_OR_RETURN(auto kept, kept_events());
    auto& [low, high] = kept;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2 + 1;
      Rows rows = time_of_.query(middle);
      const bool before = rows.next() && rows.integer(0) < at;
      TROUPE_RETURN_IF_ERROR(rows.status());
      (before ? low : high) = before ? middle : middle - 1;
    }
    return low;
  }

  Status visit_events(const std::string& kind, const std::function<void(const core::FarmEvent&)>& visit) override {
    TROUPE_ASSIGN_OR_RETURN(auto kept, kept_events());
    for (auto [before, last] = kept; before < last; before += kEventsAtOnce) {
      Rows rows = events_of_kind_.query(before, before + kEventsAtOnce, kind);
      while (rows.next()) visit(event_in(rows));
      TROUPE_RETURN_IF_ERROR(rows.status());
    }
    return {};
  }

  Status visit_artifacts(const std::function<void(const Artifact&)>& visit) override {
    for (std::uint64_t last = 0, count = kResultsAtOnce; count == kResultsAtOnce;) {
      count = 0;
      Rows rows = bodies_.query(last, kResultsAtOnce);
      while (rows.next()) {
        ++count;
        last = rows.number(0);
        const Status status = store::visit_artifacts(rows.bytes(1), visit);
        if (!status.ok()) return status.with_context("the stored result " + std::to_string(last));
      }
      TROUPE_RETURN_IF_ERROR(rows.status());
    }
    return {};
  }

  Status visit_manifests(const std::function<Status(const core::CampaignRow&, const std::string&)>& visit) override {
    return store::visit_campaigns(database_, visit);
  }

 private:
  static core::FarmEvent event_in(Rows& rows) {
    return {rows.number(0), rows.integer(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5)};
  }

  // The ids of the kept events: above the first of these, up to the second.
  Result<std::pair<std::uint64_t, std::uint64_t>> kept_events() {
    std::pair<std::uint64_t, std::uint64_t> ids = {0, 0};
    Rows rows = event_ids_.query();
    if (rows.next() && rows.number(1) > 0) ids = {rows.number(0) - 1, rows.number(1)};
    if (!rows.status().ok()) return rows.status();
    return ids;
  }

  Status read(CampaignId campaign, Rank rank, std::optional<ResultRow>& result) {
    Rows rows = find_.query(campaign.value, rank);
    if (!rows.next()) return rows.status();
    Result<ResultRow> row =
        decode_result(rows.bytes(3), {campaign, rows.number(0), rows.small(1), rows.small(2)}, rank);
    if (!row.ok()) return row.status().with_context("the stored result of rank " + std::to_string(rank));
    result = std::move(*row);
    return {};
  }

  Database database_;
  Statement find_{database_,
                  "SELECT idx, generation, attempt, coalesce(original.stored_result, own.stored_result)"
                  " FROM cell_result AS cell JOIN result_body AS own ON own.id = cell.body"
                  " LEFT JOIN result_body AS original ON original.id = own.same"
                  " JOIN campaign ON campaign.id = ?1 AND NOT deleted"
                  " WHERE cell.campaign = ?1 AND cell.rank = ?2"};
  // From the bodies to their cells, and back: only the cell's present result counts.
  Statement new_{database_,
                 "SELECT new.id, cell.idx FROM result_body AS new CROSS JOIN cell_result AS cell ON"
                 " cell.campaign = ?3 AND cell.rank = new.rank AND cell.body = new.id"
                 " JOIN campaign ON campaign.id = ?3 AND NOT deleted"
                 " WHERE new.id > ?1 AND new.id <= ?2 AND new.campaign = ?3 ORDER BY new.id LIMIT ?4"};
  Statement newest_{database_, "SELECT coalesce(max(id), 0) FROM result_body"};
  Statement bodies_{database_, "SELECT id, stored_result FROM result_body WHERE id > ?1 ORDER BY id LIMIT ?2"};
  Statement events_{database_,
                    "SELECT id, at, kind, campaign, worker, detail FROM event WHERE id > ?1 ORDER BY id LIMIT ?2"};
  Statement events_of_kind_{database_,
                            "SELECT id, at, kind, campaign, worker, detail FROM event"
                            " WHERE id > ?1 AND id <= ?2 AND kind = ?3 ORDER BY id"};
  Statement event_ids_{database_,
                       "SELECT coalesce((SELECT min(id) FROM event), 0), coalesce((SELECT max(id) FROM event), 0)"};
  Statement time_of_{database_, "SELECT at FROM event WHERE id >= ?1 ORDER BY id LIMIT 1"};
};

}  // namespace

Result<std::unique_ptr<StoreReader>> open_sqlite_reader(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::kReadOnly));
  return std::unique_ptr<StoreReader>(std::make_unique<SqliteReader>(std::move(database)));
}

}  // namespace troupe::store
