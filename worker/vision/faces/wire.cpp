#include "worker/vision/faces/wire.h"

namespace troupe::vision {
namespace {

constexpr int kMostVarintBytes = 10;
constexpr std::uint64_t kMostFieldNumber = (1u << 29) - 1;

Status corrupt(const char* why) {
  return {Code::kCorrupt, std::string("not a protocol buffer: ") + why};
}

void append_tag(std::string& out, std::uint32_t number, WireType type) {
  append_varint(out, (static_cast<std::uint64_t>(number) << 3) | static_cast<std::uint64_t>(type));
}

}  // namespace

Result<std::uint64_t> read_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < kMostVarintBytes; ++i) {
    if (bytes.empty()) return corrupt("a number is cut short");
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) return value;
  }
  return corrupt("a number does not end");
}

Result<std::uint64_t> WireReader::varint() {
  return read_varint(rest_);
}

Result<std::string_view> WireReader::take(std::uint64_t size) {
  if (size > rest_.size()) return corrupt("a field goes past the end");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

Result<WireField> WireReader::next() {
  const std::string_view begin = rest_;
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t tag, varint());
  WireField field;
  if ((tag >> 3) == 0 || (tag >> 3) > kMostFieldNumber) return corrupt("a field has a number that there is not");
  field.number = static_cast<std::uint32_t>(tag >> 3);
  field.type = static_cast<WireType>(tag & 7);
  switch (field.type) {
    case WireType::kVarint: {
      TROUPE_ASSIGN_OR_RETURN(field.value, varint());
      break;
    }
    case WireType::kFixed64: {
      TROUPE_ASSIGN_OR_RETURN(field.bytes, take(8));
      break;
    }
    case WireType::kFixed32: {
      TROUPE_ASSIGN_OR_RETURN(field.bytes, take(4));
      break;
    }
    case WireType::kBytes: {
      TROUPE_ASSIGN_OR_RETURN(const std::uint64_t size, varint());
      TROUPE_ASSIGN_OR_RETURN(field.bytes, take(size));
      break;
    }
    default: return corrupt("a field is of a kind that there is not");
  }
  field.whole = begin.substr(0, begin.size() - rest_.size());
  return field;
}

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7F) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void append_field(std::string& out, std::uint32_t number, std::uint64_t value) {
  append_tag(out, number, WireType::kVarint);
  append_varint(out, value);
}

void append_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  append_tag(out, number, WireType::kBytes);
  append_varint(out, bytes.size());
  out += bytes;
}

}  // namespace troupe::vision
