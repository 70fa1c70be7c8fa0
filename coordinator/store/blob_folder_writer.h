// One artifact on its way into a blob folder.
#pragma once

#include <functional>
#include <string>

#include "common/base/descriptor.h"
#include "coordinator/store/blob_layout.h"
#include "coordinator/store/blob_store.h"

namespace troupe::store {

class FolderWriter final : public BlobWriter {
 public:
  // Where the bytes go until they are whole.
  struct Half {
    std::string path;                       // on the file system of the layout
    Descriptor file;                        // open for reading and writing
    bool keep = false;                      // for the next try, where this one is cut short
    std::function<void()> release = [] {};  // called once, when the file is no longer written here
  };
  // Goes on behind the bytes that `half` has. `layout` outlives this.
  static Result<std::unique_ptr<BlobWriter>> open(BlobLayout& layout, const Digest& digest, std::uint64_t bytes,
                                                  Half half);
  ~FolderWriter() override;

  std::uint64_t written() const override { return written_; }
  Status append(std::string_view bytes) override;
  Status finish() override;

 private:
  FolderWriter(BlobLayout& layout, const Digest& digest, std::uint64_t bytes, Half half)
      : layout_(layout), digest_(digest), bytes_(bytes), half_(std::move(half)) {}
  std::string name() const { return "blob " + digest_.hex(); }
  // Hashes what an earlier try left.
  Status take_up();
  Status fail(Status status);
  void drop();

  BlobLayout& layout_;
  Digest digest_;
  std::uint64_t bytes_;
  Half half_;  // path: empty when the file is gone or has its final name
  std::uint64_t written_ = 0;
  bool resumed_ = false;
  Sha256 hasher_;
  Status status_;  // why nothing more is taken
};

}  // namespace troupe::store
