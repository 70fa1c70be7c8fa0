#include "worker/diffusion/weights/safetensors.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "common/base/files.h"
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

SafetensorsFile::~SafetensorsFile() {
  if (mapping_ != nullptr) ::munmap(const_cast<std::uint8_t*>(mapping_), mapped_bytes_);
}

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno_status("open", path, errno);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return Status(Code::kIo, path + " is not a regular file");
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size < kLengthBytes) {
    ::close(descriptor);
    return corrupt(path, "only " + std::to_string(size) + " bytes, too short for a safetensors file");
  }
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int error = errno;
  ::close(descriptor);
  if (mapping == MAP_FAILED) return errno_status("map", path, error);

  std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
  file->path_ = path;
  file->mapping_ = static_cast<const std::uint8_t*>(mapping);
  file->mapped_bytes_ = size;
  const std::uint64_t header_bytes = little_endian(file->mapping_);
  if (header_bytes > limits::kMaxWeightsHeaderBytes) {
    return corrupt(path,
                   "claims a header of " + std::to_string(header_bytes) + " bytes, more than any safetensors file has");
  }
  if (header_bytes > size - kLengthBytes) return corrupt(path, "ends inside its header (truncated)");
  file->data_ = file->mapping_ + kLengthBytes + header_bytes;
  const std::string_view text(reinterpret_cast<const char*>(file->mapping_ + kLengthBytes), header_bytes);
  auto header = parse_safetensors_header(text, size - kLengthBytes - header_bytes);
  if (!header.ok()) return corrupt(path, header.status().message());
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
  // The deleter owns a reference to this file: the mapping outlives the view.
  return at::from_blob(
      const_cast<std::uint8_t*>(bytes), entry.shape, [owner = shared_from_this()](void*) {}, options);
}

}  // namespace troupe::diffusion
