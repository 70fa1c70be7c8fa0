// What the farm has forgotten goes from the disk in small pieces, between commits.
#pragma once

#include "coordinator/store/sqlite_bodies.h"

namespace troupe::store {

class SqliteSweeper {
 public:
  // `database` and `bodies` outlive this.
  SqliteSweeper(Database& database, SqliteBodies& bodies, std::uint64_t events_kept)
      : database_(database), bodies_(bodies), events_kept_(events_kept) {}

  // One transaction at most; true when there is more to sweep.
  Result<bool> sweep();

 private:
  Result<bool> has_old_events();
  Result<std::optional<std::uint64_t>> deleted_campaign();
  Status sweep_events();
  Status sweep_campaign(std::uint64_t campaign);

  Database& database_;
  SqliteBodies& bodies_;
  std::uint64_t events_kept_;
  Statement event_ids_{database_, "SELECT (SELECT min(id) FROM event), (SELECT max(id) FROM event)"};
  Statement drop_events_{database_, "DELETE FROM event WHERE id < ?1"};
  Statement find_deleted_{database_, "SELECT id FROM campaign WHERE deleted ORDER BY id LIMIT 1"};
  Statement results_of_{database_, "SELECT rank, body FROM cell_result WHERE campaign = ?1 ORDER BY rank LIMIT ?2"};
  Statement drop_results_{database_, "DELETE FROM cell_result WHERE campaign = ?1 AND rank <= ?2"};
  Statement drop_campaign_{database_, "DELETE FROM campaign WHERE id = ?1"};
};

}  // namespace troupe::store
