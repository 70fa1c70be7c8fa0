// The blob protocol (proto/troupe/v1/blob.proto) as values. One BlobMessage a message, one message part.
//
// The side that asks drives and names its transfers; a transfer is known to its connection alone. To put: Put, then
// Chunks in order under the credit of Ready and of Credits, then Done. To get: Get, then Ready and Chunks; the asking
// side has given limits::kBlobCredit chunks of credit by asking and gives more by Credits. Both ways Ready says where
// the first chunk starts: what the receiving side kept of an earlier try does not travel again. A Credit of 0 chunks,
// either way, asks whether the transfer still goes on: the other side answers it only when it does not, with an Error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::wire {

// At most limits::kMaxBlobHave digests in each of these two.
struct BlobHave {
  std::vector<Digest> digests;
  bool operator==(const BlobHave&) const = default;
};
struct BlobMissing {
  std::vector<Digest> digests;
  bool operator==(const BlobMissing&) const = default;
};
struct BlobPut {
  Digest digest;
  std::uint64_t bytes = 0;
  bool operator==(const BlobPut&) const = default;
};
struct BlobGet {
  Digest digest;
  std::uint64_t offset = 0;  // so many bytes are there already
  bool operator==(const BlobGet&) const = default;
};
struct BlobReady {
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
  std::uint32_t credit = 0;
  bool operator==(const BlobReady&) const = default;
};
// 1 to limits::kBlobChunkBytes bytes.
struct BlobChunk {
  std::uint64_t offset = 0;
  std::string data;
  bool operator==(const BlobChunk&) const = default;
};
struct BlobCredit {
  std::uint32_t chunks = 0;
  bool operator==(const BlobCredit&) const = default;
};
struct BlobDone {
  Digest digest;
  bool operator==(const BlobDone&) const = default;
};
// The transfer is over. kCancelled: the other side does not know it (any more), begin again. kUnavailable: there are
// too many transfers now, begin again later. Anything else: this blob will not go.
struct BlobError {
  Code code = Code::kInternal;
  std::string message;
  bool operator==(const BlobError&) const = default;
};

struct BlobMessage {
  std::uint64_t transfer = 0;
  std::variant<BlobHave, BlobMissing, BlobPut, BlobGet, BlobReady, BlobChunk, BlobCredit, BlobDone, BlobError> body;
  bool operator==(const BlobMessage&) const = default;
};

std::string encode(const BlobMessage& message);

// kInvalid or kTooLarge, naming the field.
Result<BlobMessage> decode_blob_message(std::string_view bytes);

}  // namespace troupe::wire
