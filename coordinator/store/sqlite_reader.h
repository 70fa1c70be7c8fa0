// Listings from a connection of their own, read-only: they never wait for a commit, nor a commit for them.
#pragma once

#include <memory>
#include <string>

#include "coordinator/store/store.h"

namespace troupe::store {

// The database must be there, with the newest schema.
Result<std::unique_ptr<StoreReader>> open_sqlite_reader(const std::string& path);

}  // namespace troupe::store
