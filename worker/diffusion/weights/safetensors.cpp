#include "worker/diffusion/weights/safetensors.h"

#include <ATen/ATen.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "common/base/limits.h"
#include "worker/diffusion/weights/safetensors_header.h"

namespace troupe::diffusion {
namespace {

constexpr std::uint64_t kLengthBytes = 8;

Status corrupt(const std::string& path, const std::string& what) {
  return Status(Code::kCorrupt, path + ": " + what + "; fetch the file again");
}

std::uint64_t little_endian(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::open(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(auto mapping, MappedFile::open(path));
  const std::string_view bytes = mapping->bytes();
  if (bytes.size() < kLengthBytes) {
    return corrupt(path, "only " + std::to_string(bytes.size()) + " bytes, too short for a safetensors file");
  }
  const std::uint64_t header_bytes = little_endian(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  if (header_bytes > limits::kMaxWeightsHeaderBytes) {
    return corrupt(path,
                   "claims a header of " + std::to_string(header_bytes) + " bytes, more than any safetensors file has");
  }
  const std::uint64_t size = bytes.size() - kLengthBytes;
  if (header_bytes > size) return corrupt(path, "ends inside its header (truncated)");
  auto header = parse_safetensors_header(bytes.substr(kLengthBytes, header_bytes), size - header_bytes);
  if (!header.ok()) return corrupt(path, header.status().message());
  std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
  file->path_ = path;
  file->data_ = reinterpret_cast<const std::uint8_t*>(bytes.data()) + kLengthBytes + header_bytes;
  file->mapping_ = std::move(mapping);
  file->entries_ = std::move(header->entries);
  file->metadata_ = std::move(header->metadata);
  return std::shared_ptr<const SafetensorsFile>(std::move(file));
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> result;
  for (const auto& [name, entry] : entries_) result.push_back(name);
  return result;
}

Result<at::Tensor> SafetensorsFile::tensor(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return Status(Code::kNotFound, path_ + " holds no tensor " + name);
  const Entry& entry = found->second;
  const auto options = at::TensorOptions().dtype(entry.dtype);
  const std::uint8_t* bytes = data_ + entry.begin;
  if (reinterpret_cast<std::uintptr_t>(bytes) % c10::elementSize(entry.dtype) != 0 || entry.begin == entry.end) {
    at::Tensor copy = at::empty(entry.shape, options);
    std::memcpy(copy.data_ptr(), bytes, entry.end - entry.begin);
    return copy;
  }
  // The deleter owns a reference to the mapping, which outlives the view.
  return at::from_blob(
      const_cast<std::uint8_t*>(bytes), entry.shape, [owner = mapping_](void*) {}, options);
}

}  // namespace troupe::diffusion
