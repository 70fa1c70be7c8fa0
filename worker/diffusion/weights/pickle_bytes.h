// The bytes of a pickle, read from the left. Private to this folder.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/status.h"

namespace troupe::diffusion {

class PickleBytes {
 public:
  explicit PickleBytes(std::string_view bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }

  // Each gives kCorrupt where the bytes end before.
  Status byte(unsigned char& out) {
    std::string_view one;
    TROUPE_RETURN_IF_ERROR(take_bytes(1, one));
    out = static_cast<unsigned char>(one[0]);
    return {};
  }
  Status take_bytes(std::uint64_t count, std::string_view& out) {
    if (count > bytes_.size() - position_) return early_end();
    out = bytes_.substr(position_, count);
    position_ += count;
    return {};
  }
  Status skip(std::uint64_t count) {
    std::string_view ignored;
    return take_bytes(count, ignored);
  }
  // An unsigned number of `width` bytes, 0 to 8.
  Status little_endian(int width, std::uint64_t& out) {
    std::string_view raw;
    TROUPE_RETURN_IF_ERROR(take_bytes(static_cast<std::uint64_t>(width), raw));
    out = 0;
    for (int i = width - 1; i >= 0; --i) out = out << 8 | static_cast<unsigned char>(raw[static_cast<std::size_t>(i)]);
    return {};
  }
  // A length of `width` bytes, and that many bytes.
  Status counted(int width, std::string_view& out) {
    std::uint64_t length = 0;
    TROUPE_RETURN_IF_ERROR(little_endian(width, length));
    return take_bytes(length, out);
  }
  // Up to the next line feed, which is dropped.
  Status line(std::string_view& out) {
    const std::size_t end = bytes_.find('\n', position_);
    if (end == std::string_view::npos) return early_end();
    TROUPE_RETURN_IF_ERROR(take_bytes(end - position_, out));
    return skip(1);
  }

 private:
  static Status early_end() { return {Code::kCorrupt, "it ends early (is the file cut short?)"}; }

  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace troupe::diffusion
