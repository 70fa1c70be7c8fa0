// One TensorProto of an ONNX file: its shape and values, checked against each other, and its copy as FLOAT.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace troupe::vision {

// TensorProto.DataType, of those that networks here have.
enum class OnnxType {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kHalf = 10,
  kDouble = 11,
};

struct OnnxTensor {
  std::string_view name;
  std::vector<std::int64_t> dims;
  OnnxType type = OnnxType::kFloat;
  std::size_t count = 0;              // the product of dims
  std::string_view raw;               // little-endian; empty where the values are typed
  std::string_view floats;            // packed float_data
  std::vector<std::uint16_t> halves;  // FLOAT16 that came as int32_data
};

// Views into `message`, which must outlive them. kCorrupt: malformed, of a type that is not read here, stored in
// another file, or with another number of values than its shape says; a runtime may believe the shape after this.
Result<OnnxTensor> read_onnx_tensor(std::string_view message);

// The values of a FLOAT or FLOAT16 tensor; kCorrupt for other types.
Result<std::vector<float>> floats_of(const OnnxTensor& tensor);

// A TensorProto as FLOAT with raw_data: same name, shape, values.
Result<std::string> as_float_message(const OnnxTensor& tensor);

// IEEE 754 binary16.
float half_to_float(std::uint16_t half);

}  // namespace troupe::vision
