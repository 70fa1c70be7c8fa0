// The three sockets that a coordinator listens on.
#pragma once

#include <optional>
#include <string>

#include "common/wire/server_file.h"
#include "common/wire/socket.h"
#include "coordinator/server/options.h"

namespace troupe::server {

struct Listeners {
  wire::Socket workers;
  wire::Socket clients;
  wire::Socket blobs;
};

// On options.port and the two that follow. With port 0 on any free ports, but on those of `before` where they are still
// free: so a coordinator that died comes back where its workers look for it. kAlreadyExists names the port that is
// taken and who has it.
Result<Listeners> open_listeners(wire::Context& context, const ServerOptions& options,
                                 const std::optional<wire::ServerCurve>& curve,
                                 const std::optional<wire::ServerFile>& before);

// The endpoint as others connect to it.
std::string advertised(const ServerOptions& options, const std::string& endpoint);

}  // namespace troupe::server
