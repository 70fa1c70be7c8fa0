#include "coordinator/store/blob_layout.h"

#include "common/base/files.h"

namespace troupe::store {

Status BlobLayout::make_folder(const Digest& digest) {
  std::atomic<bool>& is_durable = durable_[digest.bytes[0]];
  if (is_durable) return {};
  TROUPE_RETURN_IF_ERROR(make_folders(folder(digest), 0700));
  TROUPE_RETURN_IF_ERROR(sync_folder(root_));
  is_durable = true;
  return {};
}

}  // namespace troupe::store
