// Reads a .safetensors file: 8 bytes of header length (little endian), a JSON header {name: {dtype, shape,
// data_offsets}}, then the tensors' bytes. Format: github.com/huggingface/safetensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/weights/mapped_file.h"

namespace troupe::diffusion {

// The mapping lives as long as this object or any tensor taken from it.
class SafetensorsFile {
 public:
  struct Entry {
    c10::ScalarType dtype = c10::kFloat;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  // bytes from the start of the data
    std::uint64_t end = 0;
  };

  // Checks the whole header: its length, JSON, duplicate names, dtypes (F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL), sizes
  // against dtype x shape, ranges inside the file, and that the tensors cover the data without gap or overlap.
  // kNotFound, kIo, or kCorrupt with the file's path and what is wrong.
  static Result<std::shared_ptr<const SafetensorsFile>> open(const std::string& path);

  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const std::string& path() const { return path_; }
  bool contains(const std::string& name) const { return entries_.count(name) != 0; }
  const std::map<std::string, Entry>& entries() const { return entries_; }
  // Sorted.
  std::vector<std::string> names() const;
  // The header's "__metadata__".
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  // A contiguous CPU tensor of the stored dtype and shape: a read-only view on the mapping (never write into it), or a
  // copy where the bytes are not aligned for their dtype. kNotFound names file and tensor.
  Result<at::Tensor> tensor(const std::string& name) const;

 private:
  SafetensorsFile() = default;

  std::string path_;
  std::shared_ptr<const MappedFile> mapping_;
  const std::uint8_t* data_ = nullptr;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace troupe::diffusion
