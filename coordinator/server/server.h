// A coordinator: its state folder, stores, threads and sockets, from open to a clean stop.
#pragma once

#include <memory>

#include "common/base/status.h"
#include "common/wire/server_file.h"
#include "coordinator/server/options.h"
#include "coordinator/server/stop_signal.h"

namespace troupe::server {

class Server {
 public:
  // Takes the state folder, loads what it holds, begins a new epoch, listens and writes server.json. Everything that
  // can be wrong with the folder, the ports or the keys is said here, with what to change.
  static Result<std::unique_ptr<Server>> open(const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // As in server.json.
  const wire::ServerFile& file() const;

  // Serves until `stop` or a client asks to stop; then flushes, closes and removes server.json. An error is one that
  // only a fresh start from disk can answer.
  Status run(StopSignal& stop);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// `troupe server start`: runs a coordinator until SIGTERM, SIGINT or a client's request. Logs one line when it is
// ready.
Status run_server(const ServerOptions& options);

}  // namespace troupe::server
