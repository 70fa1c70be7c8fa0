#include "worker/agent/shell/server_address.h"

#include "common/wire/server_file.h"

namespace troupe::agent {

Result<std::optional<wire::ClientCurve>> ServerAddress::curve() const {
  if (server_key.empty()) return std::optional<wire::ClientCurve>();
  TROUPE_ASSIGN_OR_RETURN(wire::KeyPair keys, wire::load_keys(key_file));
  return std::optional(wire::ClientCurve{std::move(keys), server_key});
}

Result<ServerAddress> find_server(const ServerConfig& config) {
  if (config.file.empty()) {
    return ServerAddress{config.endpoint, config.blob_endpoint, config.key, config.own_key_file};
  }
  TROUPE_ASSIGN_OR_RETURN(const wire::ServerFile file, wire::read_server_file(config.file));
  return ServerAddress{file.worker_endpoint, file.blob_endpoint, file.server_key, file.worker_key_file};
}

}  // namespace troupe::agent
