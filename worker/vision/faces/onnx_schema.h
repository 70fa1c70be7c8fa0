// Field numbers of the messages in onnx.proto that are looked at here, and the copying of messages with a change.
// Private to the reader of ONNX files.
#pragma once

#include <string>
#include <string_view>

#include "worker/vision/faces/wire.h"

namespace troupe::vision::onnx {

inline constexpr std::uint32_t kModelGraph = 7;

inline constexpr std::uint32_t kGraphNode = 1;
inline constexpr std::uint32_t kGraphInitializer = 5;
inline constexpr std::uint32_t kGraphInput = 11;
inline constexpr std::uint32_t kGraphOutput = 12;
inline constexpr std::uint32_t kGraphValueInfo = 13;
inline constexpr std::uint32_t kGraphSparseInitializer = 15;

inline constexpr std::uint32_t kNodeOpType = 4;
inline constexpr std::uint32_t kNodeAttribute = 5;
inline constexpr std::uint32_t kAttributeName = 1;
inline constexpr std::uint32_t kAttributeInt = 3;
inline constexpr std::uint32_t kAttributeTensor = 5;
inline constexpr std::uint32_t kAttributeGraph = 6;
inline constexpr std::uint32_t kAttributeTensors = 10;
inline constexpr std::uint32_t kAttributeGraphs = 11;

inline constexpr std::uint32_t kValueName = 1;
inline constexpr std::uint32_t kValueType = 2;
inline constexpr std::uint32_t kTypeTensor = 1;
inline constexpr std::uint32_t kTensorElementType = 1;
inline constexpr std::uint32_t kTensorShape = 2;
inline constexpr std::uint32_t kShapeDimension = 1;
inline constexpr std::uint32_t kDimensionValue = 1;

inline constexpr std::uint64_t kTypeFloat = 1;
inline constexpr std::uint64_t kTypeHalf = 10;

// A copy of `message`; `change(field, out)` writes what it wants in place of a field and says true, or says false to
// have the field taken over as it is.
template <typename Change>
Result<std::string> copy_message(std::string_view message, Change change) {
  std::string out;
  out.reserve(message.size());
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    TROUPE_ASSIGN_OR_RETURN(const bool changed, change(field, out));
    if (!changed) out += field.whole;
  }
  return out;
}

// copy_message of the field's message, as the same field of `out`.
template <typename Change>
Result<bool> copy_into(const WireField& field, std::string& out, Change change) {
  TROUPE_ASSIGN_OR_RETURN(const std::string copy, copy_message(field.bytes, change));
  append_field(out, field.number, copy);
  return true;
}

}  // namespace troupe::vision::onnx
