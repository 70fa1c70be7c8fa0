// What each request of a client comes to: an answer at once, something for the farm, or work for the query thread.
#pragma once

#include <string>
#include <variant>

#include "common/wire/client_messages.h"
#include "common/wire/server_file.h"
#include "coordinator/core/farm.h"
#include "coordinator/server/dropped.h"
#include "coordinator/server/query_thread.h"
#include "coordinator/store/blob_store.h"

namespace troupe::server {

// What the requests need to see.
struct Surroundings {
  const core::FarmState& farm;
  store::BlobStore& blobs;
  const wire::ServerFile& file;  // what server.json says of this coordinator
  const std::string& state_folder;
  Instant now;
  WallMillis wall = 0;
  Status trouble;               // why nothing becomes durable at present, else OK
  core::RequestId request = 0;  // for the event of this request
  bool runs_commands = false;   // that a manifest's `notify` names
  Dropped dropped = {};
};

struct StopServer {
  std::string json;
};

// A query that takes long: others do not wait for it.
struct Chore {
  Query query;
};

// A string is the JSON of an answer; so is a Status, of one that says what is wrong.
using Handling = std::variant<std::string, Status, core::Event, Query, Chore, StopServer>;

// Removes artifacts that nothing names; answers how many.
Query collect_garbage(store::BlobStore& blobs, bool dry_run);

Handling handle(const wire::ClientRequest& request, const Surroundings& around);

}  // namespace troupe::server
