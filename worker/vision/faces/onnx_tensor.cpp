#include "worker/vision/faces/onnx_tensor.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "common/base/limits.h"
#include "worker/vision/faces/wire.h"

namespace troupe::vision {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

// Field numbers of TensorProto in onnx.proto.
enum Field : std::uint32_t {
  kDims = 1,
  kDataType = 2,
  kFloatData = 4,
  kInt32Data = 5,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kExternalData = 13,
  kDataLocation = 14,
};

Status corrupt(const OnnxTensor& tensor, const std::string& why) {
  return {Code::kCorrupt, "the tensor \"" + std::string(tensor.name.substr(0, limits::kMaxNameBytes)) + "\" " + why};
}

std::size_t width_of(OnnxType type) {
  switch (type) {
    case OnnxType::kUint8:
    case OnnxType::kInt8:
    case OnnxType::kBool: return 1;
    case OnnxType::kHalf: return 2;
    case OnnxType::kInt64:
    case OnnxType::kDouble: return 8;
    default: return 4;
  }
}

bool is_known(std::uint64_t type) {
  return type == 1 || type == 2 || type == 3 || type == 6 || type == 7 || (type >= 9 && type <= 11);
}

// Varints that came one by one or packed, handed to `each`.
template <typename Each>
Status varints(const WireField& field, Each each) {
  if (field.type == WireType::kVarint) return each(field.value);
  if (field.type != WireType::kBytes) return {Code::kCorrupt, "a list of numbers is of another kind"};
  std::string_view rest = field.bytes;
  while (!rest.empty()) {
    TROUPE_ASSIGN_OR_RETURN(const std::uint64_t value, read_varint(rest));
    TROUPE_RETURN_IF_ERROR(each(value));
  }
  return {};
}

// How many values of each typed field there were.
struct Counts {
  std::size_t ints = 0;
  std::size_t longs = 0;
  std::size_t doubles = 0;
};

Status read_field(const WireField& field, OnnxTensor& tensor, Counts& counts, std::uint64_t& type) {
  switch (field.number) {
    case kDims:
      return varints(field, [&](std::uint64_t dim) -> Status {
        if (tensor.dims.size() == limits::kMaxTensorDimensions) return corrupt(tensor, "has too many dimensions");
        tensor.dims.push_back(static_cast<std::int64_t>(dim));
        return {};
      });
    case kInt32Data:
      return varints(field, [&](std::uint64_t value) -> Status {
        ++counts.ints;
        if (type == static_cast<std::uint64_t>(OnnxType::kHalf)) {
          tensor.halves.push_back(static_cast<std::uint16_t>(value));
        }
        return {};
      });
    case kInt64Data:
      return varints(field, [&](std::uint64_t) -> Status {
        ++counts.longs;
        return {};
      });
    case kDataType: type = field.type == WireType::kVarint ? field.value : 0; return {};
    case kFloatData:
      if (!tensor.floats.empty() || field.type != WireType::kBytes) return corrupt(tensor, "is not packed");
      tensor.floats = field.bytes;
      return {};
    case kDoubleData:
      if (field.type != WireType::kBytes) return corrupt(tensor, "is not packed");
      if (field.bytes.size() % sizeof(double) != 0) return corrupt(tensor, "is cut short");
      counts.doubles += field.bytes.size() / sizeof(double);
      return {};
    case kName: tensor.name = field.bytes; return {};
    case kRawData: tensor.raw = field.bytes; return {};
    case kExternalData: return corrupt(tensor, "is stored in another file; export the model as one file");
    case kDataLocation:
      return field.value == 0 ? Status() : corrupt(tensor, "is stored in another file; export the model as one file");
    default: return {};
  }
}

Status set_count(OnnxTensor& tensor, std::size_t most) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : tensor.dims) {
    if (dim < 0) return corrupt(tensor, "has a dimension below 0");
    if (dim > 0 && count > most / static_cast<std::uint64_t>(dim)) {
      return corrupt(tensor, "has fewer values than its shape says");
    }
    count *= static_cast<std::uint64_t>(dim);
  }
  tensor.count = count;
  return {};
}

std::size_t typed_values(const OnnxTensor& tensor, const Counts& counts) {
  switch (tensor.type) {
    case OnnxType::kFloat: return tensor.floats.size() / sizeof(float);
    case OnnxType::kHalf: return tensor.halves.size();
    case OnnxType::kInt64: return counts.longs;
    case OnnxType::kDouble: return counts.doubles;
    default: return counts.ints;
  }
}

}  // namespace

Result<OnnxTensor> read_onnx_tensor(std::string_view message) {
  OnnxTensor tensor;
  Counts counts;
  std::uint64_t type = 0;
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    TROUPE_RETURN_IF_ERROR(read_field(field, tensor, counts, type));
  }
  if (!is_known(type)) return corrupt(tensor, "is of type " + std::to_string(type) + ", which is not read here");
  tensor.type = static_cast<OnnxType>(type);
  TROUPE_RETURN_IF_ERROR(set_count(tensor, message.size()));
  const std::size_t width = width_of(tensor.type);
  const std::size_t stored = tensor.raw.empty() ? typed_values(tensor, counts) : tensor.raw.size() / width;
  const bool whole = tensor.raw.size() % width == 0 && tensor.floats.size() % sizeof(float) == 0;
  const bool typed = !tensor.floats.empty() || counts.ints + counts.longs + counts.doubles > 0;
  if (typed && !tensor.raw.empty()) return corrupt(tensor, "stores its values twice");
  if (stored != tensor.count || !whole) {
    return corrupt(tensor,
                   "has " + std::to_string(stored) + " values, and " + std::to_string(tensor.count) + " by its shape");
  }
  return tensor;
}

Result<std::vector<float>> floats_of(const OnnxTensor& tensor) {
  std::vector<float> values(tensor.count);
  if (tensor.type == OnnxType::kFloat) {
    const std::string_view bytes = tensor.raw.empty() ? tensor.floats : tensor.raw;
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
  }
  if (tensor.type != OnnxType::kHalf) return corrupt(tensor, "does not hold floating-point numbers");
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t half = 0;
    if (tensor.raw.empty()) {
      half = tensor.halves[i];
    } else {
      std::memcpy(&half, tensor.raw.data() + i * sizeof half, sizeof half);
    }
    values[i] = half_to_float(half);
  }
  return values;
}

Result<std::string> as_float_message(const OnnxTensor& tensor) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<float> values, floats_of(tensor));
  std::string out;
  out.reserve(values.size() * sizeof(float) + tensor.name.size() + 64);
  for (const std::int64_t dim : tensor.dims) append_field(out, kDims, static_cast<std::uint64_t>(dim));
  append_field(out, kDataType, static_cast<std::uint64_t>(OnnxType::kFloat));
  append_field(out, kName, tensor.name);
  append_field(out, kRawData, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  return out;
}

float half_to_float(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  float value = 0;
  if (exponent == 0x1F) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace troupe::vision
