// server.json in a coordinator's state folder: where it listens, its public key, and where the keys lie that may talk
// to it. It is there while the coordinator runs; the CLI and local workers find the coordinator by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/status.h"

namespace troupe::wire {

struct ServerFile {
  std::string worker_endpoint;  // "tcp://127.0.0.1:7711"
  std::string client_endpoint;
  std::string blob_endpoint;
  std::string server_key;       // public; empty: the coordinator talks plain (--insecure)
  std::string client_key_file;  // secret keys; relative paths are meant from the folder of server.json
  std::string worker_key_file;
  std::int64_t pid = 0;
  std::string version;
  std::string started;  // ISO-8601
  bool operator==(const ServerFile&) const = default;
};

inline constexpr char kServerFileName[] = "server.json";

Status write_server_file(const std::string& folder, const ServerFile& file);
// `path` is a server.json or the folder that holds one. Key files come back as paths that can be opened from here.
// kNotFound, or kCorrupt with what is wrong.
Result<ServerFile> read_server_file(const std::string& path);

}  // namespace troupe::wire
