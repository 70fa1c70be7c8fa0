#include "coordinator/store/sqlite_reader.h"

#include "coordinator/store/sqlite.h"
#include "coordinator/store/stored_result.h"

namespace troupe::store {
namespace {

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

 private:
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
                  "SELECT idx, generation, attempt, stored_result FROM cell_result JOIN result_body"
                  " ON result_body.id = cell_result.body WHERE campaign = ?1 AND rank = ?2"};
};

}  // namespace

Result<std::unique_ptr<StoreReader>> open_sqlite_reader(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::kReadOnly));
  return std::unique_ptr<StoreReader>(std::make_unique<SqliteReader>(std::move(database)));
}

}  // namespace troupe::store
