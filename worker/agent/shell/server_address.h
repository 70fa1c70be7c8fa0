// Where the coordinator is just now, and the keys to talk to it.
#pragma once

#include <optional>
#include <string>

#include "common/wire/socket.h"
#include "worker/agent/config.h"

namespace troupe::agent {

struct ServerAddress {
  std::string endpoint;
  std::string blob_endpoint;
  std::string server_key;  // empty: plain
  std::string key_file;

  bool operator==(const ServerAddress&) const = default;
  // The keys, read from key_file; nothing for plain.
  Result<std::optional<wire::ClientCurve>> curve() const;
};

// kNotFound while the coordinator's file is not there: it does not run.
Result<ServerAddress> find_server(const ServerConfig& config);

}  // namespace troupe::agent
