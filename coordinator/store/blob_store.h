// Artifacts by the SHA-256 of their bytes. What has() says is there survived fsync and rename, and was checked.
#pragma once

#include <memory>
#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::store {

// An artifact on its way in; its store outlives it. Dropping it before finish() leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // kTooLarge when more bytes come than announced; kNoSpace.
  virtual Status append(std::string_view bytes) = 0;
  // Checks size and digest (kCorrupt), fsyncs and names the blob. OK means durable.
  virtual Status finish() = 0;
};

// Safe for use from several threads.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual bool has(const Digest& digest) const = 0;
  virtual Result<std::uint64_t> size(const Digest& digest) const = 0;
  virtual Result<std::unique_ptr<BlobWriter>> create(const Digest& digest, std::uint64_t bytes) = 0;
  // Up to `most` bytes from `offset` on.
  virtual Result<std::string> read(const Digest& digest, std::uint64_t offset, std::size_t most) const = 0;
};

// A folder: ab/cdef... by the digest's hexadecimal digits; half-written files lie in tmp/ and are removed at open.
Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::string& path);

}  // namespace troupe::store
