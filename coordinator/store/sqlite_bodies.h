// What results say (result_body), apart from which cell they are of: bodies that revisions share stay until the last
// cell that means them is gone.
#pragma once

#include "common/base/ids.h"
#include "coordinator/store/sqlite.h"

namespace troupe::store {

class SqliteBodies {
 public:
  // `database` outlives this.
  explicit SqliteBodies(Database& database) : database_(database) {}

  // A body of the cell's own. Its id is last_insert_rowid(), higher than that of any before it.
  Status add(CampaignId campaign, Rank rank, std::string_view stored_result);
  // A body that says what `body` says; as add().
  Status share(CampaignId campaign, Rank rank, std::int64_t body);
  // No cell means this body any more.
  Status drop(std::int64_t body);

 private:
  Status end_share(std::int64_t original);
  Status remove(std::int64_t body);

  Database& database_;
  Statement add_{database_, "INSERT INTO result_body (stored_result, campaign, rank) VALUES (?1, ?2, ?3)"};
  Statement add_same_{database_,
                      "INSERT INTO result_body (stored_result, campaign, rank, same) VALUES (x'', ?1, ?2, ?3)"};
  Statement original_of_{database_, "SELECT same FROM result_body WHERE id = ?1"};
  Statement shares_of_{database_, "SELECT sharers, orphan FROM body_share WHERE body = ?1"};
  Statement add_sharer_{database_,
                        "INSERT INTO body_share (body, sharers, orphan) VALUES (?1, 1, 0)"
                        " ON CONFLICT (body) DO UPDATE SET sharers = sharers + 1"};
  Statement drop_sharer_{database_, "UPDATE body_share SET sharers = sharers - 1 WHERE body = ?1"};
  Statement end_share_{database_, "DELETE FROM body_share WHERE body = ?1"};
  Statement set_orphan_{database_, "UPDATE body_share SET orphan = 1 WHERE body = ?1"};
  Statement disown_{database_, "UPDATE result_body SET campaign = NULL, rank = NULL WHERE id = ?1"};
  // The newest one stays as an empty row, so that its id is not given again.
  Statement empty_newest_{database_,
                          "UPDATE result_body SET campaign = NULL, rank = NULL, same = NULL, stored_result = x''"
                          " WHERE id = ?1 AND id = (SELECT max(id) FROM result_body)"};
  Statement remove_{database_, "DELETE FROM result_body WHERE id = ?1 AND id < (SELECT max(id) FROM result_body)"};
};

}  // namespace troupe::store
