// SQLite's file system with a memory: what was written, synced, made and removed, in order. From it, the disk as a
// power cut at any moment may leave it: what was synced is there, of the rest some writes are lost, some torn.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/random.h"

namespace troupe::store {

struct DiskOp {
  enum class Kind {
    kCreate,
    kRemove,
    kWrite,
    kTruncate,    // to `offset` bytes
    kSync,        // of the file, what the first `offset` operations wrote is durable
    kSyncFolder,  // all names are
    kMark,        // the test's own: `offset` transactions were acknowledged
  };
  Kind kind;
  std::string file;  // its name in its folder
  std::uint64_t offset = 0;
  std::string bytes = {};
};

// While one of these lives, SQLite opens its files through it (in this process; one at a time). Files that are not told
// to be made are there from the beginning, and empty.
class RecordingDisk {
 public:
  RecordingDisk();
  ~RecordingDisk();
  RecordingDisk(const RecordingDisk&) = delete;
  RecordingDisk& operator=(const RecordingDisk&) = delete;

  void mark(std::uint64_t acknowledged) { add({DiskOp::Kind::kMark, "", acknowledged}); }
  const std::vector<DiskOp>& ops() const { return ops_; }

 private:
  struct File;
  struct Methods;
  void add(DiskOp op);
  std::uint64_t count() const;

  mutable std::mutex mutex_;  // of ops_: SQLite's callers have threads
  std::vector<DiskOp> ops_;
  sqlite3_vfs* below_;
  sqlite3_vfs vfs_ = {};
};

// Writes the files into `folder` as a power cut before ops[moment] may leave them. Sectors of 512 bytes are written
// whole or not at all; those of one write, and writes that no sync parts, in any order.
void write_crash_image(const std::vector<DiskOp>& ops, std::size_t moment, Random& random, const std::string& folder);

}  // namespace troupe::store
