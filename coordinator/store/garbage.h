// Artifacts that nothing names any more.
#pragma once

#include <cstdint>

#include "common/base/status.h"
#include "coordinator/store/blob_store.h"
#include "coordinator/store/store.h"

namespace troupe::store {

struct GarbageReport {
  std::uint64_t blobs = 0, bytes = 0;  // all that were there
  // Named by no result, no campaign's manifest or references, no divergence that the event log tells of.
  std::uint64_t unnamed = 0, unnamed_bytes = 0;
  std::uint64_t removed = 0, removed_bytes = 0;  // of those: not used for kBlobIdle
};

// Looks at every result and every blob; removes blobs that nothing names and nobody used for kBlobIdle, unless
// `dry_run`; so go old halves of blobs. What results and uploads name while this runs is young, and stays. Nothing is
// removed when a result or a manifest cannot be read: it may name any of them.
Result<GarbageReport> collect_garbage(StoreReader& reader, BlobStore& blobs, bool dry_run);

}  // namespace troupe::store
