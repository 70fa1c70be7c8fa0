// Everything that a database says, folded into a snapshot.
#pragma once

#include <functional>
#include <string>

#include "coordinator/core/snapshot.h"
#include "coordinator/store/sqlite.h"

namespace troupe::store {

// Reads in one transaction. kCorrupt for rows that no writer makes.
Result<core::Snapshot> load_snapshot(Database& database);

// Every campaign with its manifest, by id; both may be moved from. Stops at an error of `visit`.
Status visit_campaigns(Database& database,
                       const std::function<Status(core::CampaignRow& row, std::string& json)>& visit);

}  // namespace troupe::store
