#include "coordinator/server/listen.h"

#include "coordinator/server/blob_thread.h"
#include "coordinator/server/port_owner.h"

namespace troupe::server {
namespace {

std::string endpoint_of(const std::string& host, int port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return "tcp://" + (is_v6 ? "[" + host + "]" : host) + ":" + (port == 0 ? "*" : std::to_string(port));
}

class Opener {
 public:
  Opener(wire::Context& context, const ServerOptions& options, const std::optional<wire::ServerCurve>& curve)
      : context_(context), options_(options), curve_(curve) {}

  // On this port; with none given on the one it had before, or else any free one.
  Result<wire::Socket> open(int port, int before, const wire::SocketLimits& limits) {
    if (port == 0 && before != 0) {
      auto socket = bind(before, limits);
      if (socket.ok()) return socket;
    }
    auto socket = bind(port, limits);
    if (socket.ok() || socket.status().code() != Code::kAlreadyExists) return socket;
    return Status(Code::kAlreadyExists,
                  "port " + std::to_string(port) + " is taken by " + port_owner(port) +
                      ": stop it, or choose other ports (--port N takes N to N+2, --port 0 any free ones)");
  }

 private:
  Result<wire::Socket> bind(int port, const wire::SocketLimits& limits) {
    return wire::Socket::bind_router(context_, {endpoint_of(options_.host, port), curve_, limits});
  }

  wire::Context& context_;
  const ServerOptions& options_;
  const std::optional<wire::ServerCurve>& curve_;
};

}  // namespace

Result<Listeners> open_listeners(wire::Context& context, const ServerOptions& options,
                                 const std::optional<wire::ServerCurve>& curve,
                                 const std::optional<wire::ServerFile>& before) {
  Opener opener(context, options, curve);
  const auto port = [&](int offset) { return options.port == 0 ? 0 : options.port + offset; };
  const auto earlier = [&](std::string wire::ServerFile::*endpoint) {
    return before ? wire::port_of((*before).*endpoint) : 0;
  };
  TROUPE_ASSIGN_OR_RETURN(auto workers, opener.open(port(0), earlier(&wire::ServerFile::worker_endpoint), {}));
  TROUPE_ASSIGN_OR_RETURN(auto clients, opener.open(port(1), earlier(&wire::ServerFile::client_endpoint), {}));
  TROUPE_ASSIGN_OR_RETURN(auto blobs,
                          opener.open(port(2), earlier(&wire::ServerFile::blob_endpoint), blob_socket_limits()));
  return Listeners{std::move(workers), std::move(clients), std::move(blobs)};
}

std::string advertised(const ServerOptions& options, const std::string& endpoint) {
  std::string host = options.advertise.empty() ? options.host : options.advertise;
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  return endpoint_of(host, wire::port_of(endpoint));
}

}  // namespace troupe::server
