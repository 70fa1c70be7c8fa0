// A page of the farm's event log, as clients read it.
#pragma once

#include <string>

#include "common/wire/client_messages.h"
#include "coordinator/store/store.h"

namespace troupe::server {

// {schema, events: [{id, at, kind, campaign, worker, detail} ...], next, more}: ask on with since = next. Looks at a
// bounded number of events: a page may hold fewer than asked for, or none, while there is more.
Result<std::string> event_page(store::StoreReader& reader, const wire::EventList& list);

}  // namespace troupe::server
