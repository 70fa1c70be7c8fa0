// One artifact on its way into a blob folder.
#pragma once

#include <string>

#include "common/base/descriptor.h"
#include "coordinator/store/blob_layout.h"
#include "coordinator/store/blob_store.h"

namespace troupe::store {

class FolderWriter final : public BlobWriter {
 public:
  // `file` is open for writing and named `half`, on the file system of `layout`, which outlives this.
  FolderWriter(BlobLayout& layout, const Digest& digest, std::uint64_t bytes, std::string half, Descriptor file)
      : layout_(layout), digest_(digest), bytes_(bytes), half_(std::move(half)), file_(std::move(file)) {}
  ~FolderWriter() override { drop(); }

  Status append(std::string_view bytes) override;
  Status finish() override;

 private:
  std::string name() const { return "blob " + digest_.hex(); }
  Status fail(Status status);
  void drop();

  BlobLayout& layout_;
  Digest digest_;
  std::uint64_t bytes_;
  std::string half_;  // empty when the file is gone or has its final name
  Descriptor file_;
  std::uint64_t written_ = 0;
  Sha256 hasher_;
  Status status_;  // why nothing more is taken
};

}  // namespace troupe::store
