// The half-written blobs of a folder: which are being written, and what is kept of tries that were cut short.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "coordinator/store/blob_folder_writer.h"

namespace troupe::store {

// Safe for use from several threads.
class BlobHalves {
 public:
  explicit BlobHalves(std::string folder) : folder_(std::move(folder)) {}

  // Makes the folder and removes what is no half of a blob, or an old one.
  Status open();
  // Removes those that nobody writes, or went on with for kBlobIdle.
  Status forget_old();
  // A file for the bytes of a blob: the one that an earlier try left, unless somebody writes it now.
  Result<FolderWriter::Half> take(const Digest& digest);

 private:
  std::string path(const Digest& digest) const { return folder_ + "/" + digest.hex() + ".part"; }
  bool is_old(const std::string& file) const;
  // Removes the oldest that nobody writes while there are more than may be.
  void make_room();

  std::string folder_;
  std::mutex mutex_;
  std::set<Digest> writing_;  // those of path()
  std::uint64_t next_ = 0;
};

}  // namespace troupe::store
