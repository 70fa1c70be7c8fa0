// Artifacts by the SHA-256 of their bytes. What has() says is there survived fsync and rename, and was checked.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::store {

// An artifact on its way in; its store outlives it. Dropped before finish(), what came is kept for the next try, over
// restarts too; after an error nothing is.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // How many bytes are there, those of an earlier try among them: append() goes on behind them.
  virtual std::uint64_t written() const = 0;
  // kTooLarge when more bytes come than announced; kNoSpace.
  virtual Status append(std::string_view bytes) = 0;
  // Checks size and digest, fsyncs and names the blob. OK means durable; kCorrupt: these are not the digest's bytes;
  // kCancelled: what an earlier try left was damaged and is gone, begin again.
  virtual Status finish() = 0;
};

// Safe for use from several threads.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // A blob that was asked for counts as used now: whoever is told that it is there may rely on it for half a day.
  virtual bool has(const Digest& digest) const = 0;
  virtual Result<std::uint64_t> size(const Digest& digest) const = 0;
  virtual Result<std::unique_ptr<BlobWriter>> create(const Digest& digest, std::uint64_t bytes) = 0;
  // Up to `most` bytes from `offset` on.
  virtual Result<std::string> read(const Digest& digest, std::uint64_t offset, std::size_t most) const = 0;

  // All blobs, in no order; those that come or go meanwhile may be left out.
  virtual Status visit(const std::function<void(const Digest& digest, std::uint64_t bytes)>& visit) const = 0;
  // Removes a blob that was not put or used for kBlobIdle; false when it was, or is not there.
  virtual Result<bool> remove_idle(const Digest& digest) = 0;
  // Removes what was cut short and nobody went on with for kBlobIdle.
  virtual Status forget_halves() = 0;
};

// has() makes a blob used again where its last use is older than half of this.
inline constexpr Millis kBlobIdle{24 * 3'600'000};

// Where blobs lie: ab/cdef... by the digest's hexadecimal digits, half-written ones in tmp/. What nobody went on with
// for a day is removed from there at open, and the oldest where there are too many.
Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::string& path);
// To look at what another process may be writing: changes nothing at open. Nothing may be created.
std::unique_ptr<const BlobStore> open_blob_folder_to_read(const std::string& path);

}  // namespace troupe::store
