// What a coordinator can be told: configs/coordinator.yaml, and the same words on the command line.
#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/status.h"
#include "coordinator/core/farm.h"

namespace troupe::server {

struct ServerOptions {
  std::string state;               // the state folder; empty: default_state_folder()
  std::string host = "127.0.0.1";  // the address to listen on; "0.0.0.0" is every one, "::" too with IPv6
  // What others are told to connect to, in server.json; empty: `host`, or 127.0.0.1 where that is every address.
  std::string advertise;
  int port = 7711;  // of workers; clients have the next, artifacts the one after; 0 takes free ones
  // Runs programs that a manifest's `notify` names. Unset: where nobody else can submit, since `host` is this machine
  // alone.
  std::optional<bool> notify_commands;
  bool insecure = false;  // no keys: anybody who reaches the ports may do anything
  std::string log = "info";
  core::FarmOptions farm;

  bool runs_commands() const;

  // kInvalid says which value is wrong and what would be right.
  Status validate() const;
};

// The file at `path`: every key known, every value of its type; anything else is kInvalid with file, line and column.
// A relative state folder is meant from the file's folder. Not yet validated: the command line may have more to say.
Result<ServerOptions> read_server_options(const std::string& path);

}  // namespace troupe::server
