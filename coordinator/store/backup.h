// A copy of a state folder that a coordinator can be started in, taken while one runs in the original.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/base/status.h"

namespace troupe::store {

// Of one state folder, and of its copy.
struct StatePlaces {
  std::string database, blobs, keys;
};

struct BackupOptions {
  bool link = true;  // artifacts are hard links where the copy is on the same file system; else all are copied
  std::function<void(const std::string& what)> on_progress = [](const std::string&) {};
};

struct BackupReport {
  std::uint64_t database_bytes = 0;
  std::uint64_t blobs = 0, blob_bytes = 0;
  std::uint64_t linked = 0;  // of the blobs
};

// Makes the folders of `to`; none of its files may be there yet (kAlreadyExists). OK means durable: the database, with
// one state of the farm and every artifact that it names, and the keys, private. The database gets its name last, so
// that what was cut short is no state folder.
Result<BackupReport> back_up(const StatePlaces& from, const StatePlaces& to, const BackupOptions& options);

}  // namespace troupe::store
