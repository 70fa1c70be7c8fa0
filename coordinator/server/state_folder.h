// A coordinator's state folder: 0700, held by one coordinator at a time.
//
//   lock          who holds it          farm.db   campaigns, leases, results       keys/   server, client, worker
//   server.json   while it runs         blobs/    artifacts by their SHA-256
#pragma once

#include <optional>
#include <string>

#include "common/base/file_lock.h"
#include "common/base/status.h"
#include "common/wire/server_file.h"

namespace troupe::server {

// Where things lie in a state folder.
inline std::string database_in(const std::string& state) {
  return state + "/farm.db";
}
inline std::string blobs_in(const std::string& state) {
  return state + "/blobs";
}
inline std::string keys_in(const std::string& state) {
  return state + "/keys";
}

class StateFolder {
 public:
  // Makes the folder where it is missing and takes its lock. kAlreadyExists says which process has it and since when.
  static Result<StateFolder> open(const std::string& path);

  const std::string& path() const { return path_; }
  std::string database() const { return database_in(path_); }
  std::string blobs() const { return blobs_in(path_); }
  std::string keys() const { return keys_in(path_); }
  // The server.json of a coordinator that did not stop cleanly.
  const std::optional<wire::ServerFile>& left_behind() const { return left_behind_; }

  Status publish(const wire::ServerFile& file) const { return wire::write_server_file(path_, file); }
  void withdraw() const;

 private:
  StateFolder(std::string path, FileLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  FileLock lock_;
  std::optional<wire::ServerFile> left_behind_;
};

}  // namespace troupe::server
