// The numbered steps from an empty database to the newest schema. migrations/NNNN_what.sql, compiled in, in order; a
// step that was ever released is never changed.
#pragma once

#include <span>
#include <string_view>

#include "coordinator/store/sqlite.h"

namespace troupe::store {

struct Migration {
  std::string_view name;  // "0001_first"
  std::string_view sql;
};

// All of them; the schema's version is their number.
std::span<const Migration> all_migrations();

// Brings the database from whatever version it has to the newest, one transaction a step. kInvalid for a file of
// another program and for a schema newer than `migrations`.
Status migrate(Database& database, std::span<const Migration> migrations);

// kInvalid when the database is not of the newest schema, saying what to do.
Status require_newest(Database& database, std::span<const Migration> migrations);

}  // namespace troupe::store
