// The wire format of protocol buffers (protobuf.dev/programming-guides/encoding), read without copying: what an ONNX
// file is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::vision {

enum class WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct WireField {
  std::uint32_t number = 0;
  WireType type = WireType::kVarint;
  std::uint64_t value = 0;  // of kVarint
  std::string_view bytes;   // the content: of kBytes, kFixed32 and kFixed64
  std::string_view whole;   // with its tag: what a copy of the message takes over

  bool is(std::uint32_t wanted, WireType wanted_type) const { return number == wanted && type == wanted_type; }
};

// The fields of one message, from first to last. Nested messages are the `bytes` of a field: whoever wants them makes
// another reader, so that depth is the caller's.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }
  // kCorrupt: cut short, a length past the end, a group, a varint of more than ten bytes, field number 0.
  Result<WireField> next();

 private:
  Result<std::uint64_t> varint();
  Result<std::string_view> take(std::uint64_t size);

  std::string_view rest_;
};

// One varint at the start of `bytes`, which loses it. kCorrupt.
Result<std::uint64_t> read_varint(std::string_view& bytes);

void append_varint(std::string& out, std::uint64_t value);
void append_field(std::string& out, std::uint32_t number, std::uint64_t value);
void append_field(std::string& out, std::uint32_t number, std::string_view bytes);

}  // namespace troupe::vision
