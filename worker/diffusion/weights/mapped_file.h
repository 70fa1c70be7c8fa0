// A file as bytes in memory, read only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::diffusion {

// The mapping lives as long as this object; do not rewrite the file meanwhile (replace it by rename).
class MappedFile {
 public:
  // kNotFound, kPermissionDenied, kIo (also for what is no regular file), or kCorrupt for an empty file.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);

  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {static_cast<const char*>(mapping_), size_}; }

 private:
  MappedFile(const void* mapping, std::size_t size) : mapping_(mapping), size_(size) {}

  const void* mapping_;
  std::size_t size_;
};

}  // namespace troupe::diffusion
