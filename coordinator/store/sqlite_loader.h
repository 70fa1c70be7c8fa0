// Everything that a database says, folded into a snapshot.
#pragma once

#include "coordinator/core/snapshot.h"
#include "coordinator/store/sqlite.h"

namespace troupe::store {

// Reads in one transaction. kCorrupt for rows that no writer makes.
Result<core::Snapshot> load_snapshot(Database& database);

}  // namespace troupe::store
