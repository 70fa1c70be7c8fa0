// One artifact on its way into a blob folder.
#pragma once

#include <string>

#include "common/base/descriptor.h"
#include "coordinator/store/blob_store.h"

namespace troupe::store {

// Where a blob lies. Both parts are made of hexadecimal digits: no name from outside ever reaches a path.
struct BlobPath {
  std::string folder, file;
  BlobPath(const std::string& root, const Digest& digest) {
    const std::string hex = digest.hex();
    folder = root + "/" + hex.substr(0, 2);
    file = folder + "/" + hex.substr(2);
  }
};

class FolderWriter final : public BlobWriter {
 public:
  // `file` is open for writing and named `half`, on the file system of `place`.
  FolderWriter(BlobPath place, const Digest& digest, std::uint64_t bytes, std::string half, Descriptor file)
      : place_(std::move(place)), digest_(digest), bytes_(bytes), half_(std::move(half)), file_(std::move(file)) {}
  ~FolderWriter() override { drop(); }

  Status append(std::string_view bytes) override;
  Status finish() override;

 private:
  std::string name() const { return "blob " + digest_.hex(); }
  Status fail(Status status);
  void drop();

  BlobPath place_;
  Digest digest_;
  std::uint64_t bytes_;
  std::string half_;  // empty when the file is gone or has its final name
  Descriptor file_;
  std::uint64_t written_ = 0;
  Sha256 hasher_;
  Status status_;  // why nothing more is taken
};

}  // namespace troupe::store
