// The reference pictures of this worker's jobs: a folder of files by digest, of a bounded size.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::agent {

class References {
 public:
  // Makes the folder (0700). What a former life left is used again, once its bytes are checked.
  static Result<References> open(const std::string& folder, std::uint64_t most_bytes);

  // Where the file is, or belongs.
  std::string path(const Digest& digest) const { return folder_ + "/" + digest.hex(); }
  // Whether it is there with the right bytes; it counts as used now. Others are deleted.
  bool has(const Digest& digest);
  // A whole, checked file was put there. Deletes those used least lately while there are too many bytes, but none that
  // is `needed`.
  void arrived(const Digest& digest, const std::set<Digest>& needed);

 private:
  References(std::string folder, std::uint64_t most_bytes) : folder_(std::move(folder)), most_bytes_(most_bytes) {}

  std::string folder_;
  std::uint64_t most_bytes_;
  std::set<Digest> checked_;
};

}  // namespace troupe::agent
