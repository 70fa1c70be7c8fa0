// Where the blobs of a folder lie: ab/cdef... by the digest's hexadecimal digits. No name from outside ever reaches a
// path.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::store {

class BlobLayout {
 public:
  explicit BlobLayout(std::string root) : root_(std::move(root)) {}

  std::string folder(const Digest& digest) const { return root_ + "/" + digest.hex().substr(0, 2); }
  std::string file(const Digest& digest) const { return folder(digest) + "/" + digest.hex().substr(2); }
  const std::string& root() const { return root_; }
  std::string half_written() const { return root_ + "/tmp"; }

  // Makes the digest's folder where it is missing. OK means that its name survives a crash. From any thread.
  Status make_folder(const Digest& digest);

 private:
  std::string root_;
  std::array<std::atomic<bool>, 256> durable_{};  // by the digest's first byte
};

}  // namespace troupe::store
