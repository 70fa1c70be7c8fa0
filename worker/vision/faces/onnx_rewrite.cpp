// The copy of an ONNX file that cv::dnn takes.
#include "worker/vision/faces/onnx_file.h"
#include "worker/vision/faces/onnx_schema.h"
#include "worker/vision/faces/onnx_tensor.h"

namespace troupe::vision {
namespace {

Result<bool> widen_tensor(const WireField& field, std::string& out) {
  TROUPE_ASSIGN_OR_RETURN(const OnnxTensor tensor, read_onnx_tensor(field.bytes));
  if (tensor.type != OnnxType::kHalf) return false;
  TROUPE_ASSIGN_OR_RETURN(const std::string wide, as_float_message(tensor));
  append_field(out, field.number, wide);
  return true;
}

Result<std::string_view> text_of(std::string_view message, std::uint32_t number) {
  std::string_view text;
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (field.is(number, WireType::kBytes)) text = field.bytes;
  }
  return text;
}

// Constants become wide, and a cast to FLOAT16 becomes one to FLOAT.
Result<bool> widen_node(const WireField& node, std::string& out) {
  TROUPE_ASSIGN_OR_RETURN(const std::string_view op, text_of(node.bytes, onnx::kNodeOpType));
  return onnx::copy_into(node, out, [op](const WireField& field, std::string& copy) -> Result<bool> {
    if (!field.is(onnx::kNodeAttribute, WireType::kBytes)) return false;
    TROUPE_ASSIGN_OR_RETURN(const std::string_view name, text_of(field.bytes, onnx::kAttributeName));
    const bool cast = op == "Cast" && name == "to";
    return onnx::copy_into(field, copy, [cast](const WireField& part, std::string& attribute) -> Result<bool> {
      if (part.is(onnx::kAttributeTensor, WireType::kBytes)) return widen_tensor(part, attribute);
      if (!cast || !part.is(onnx::kAttributeInt, WireType::kVarint) || part.value != onnx::kTypeHalf) return false;
      append_field(attribute, part.number, onnx::kTypeFloat);
      return true;
    });
  });
}

// The size of an input's dimension number `at` of `rank`; 0 leaves it open.
std::int64_t closed(std::size_t at, std::size_t rank, OnnxSize size) {
  if (at == 0) return 1;
  if (rank == 4 && at == 2) return size.height;
  if (rank == 4 && at == 3) return size.width;
  return 0;
}

Result<bool> close_shape(const WireField& shape, std::string& out, std::size_t rank, OnnxSize size) {
  std::size_t at = 0;
  return onnx::copy_into(shape, out, [&](const WireField& field, std::string& copy) -> Result<bool> {
    if (!field.is(onnx::kShapeDimension, WireType::kBytes)) return false;
    std::int64_t value = 0;
    for (WireReader reader(field.bytes); !reader.done();) {
      TROUPE_ASSIGN_OR_RETURN(const WireField part, reader.next());
      if (part.is(onnx::kDimensionValue, WireType::kVarint)) value = static_cast<std::int64_t>(part.value);
    }
    const std::int64_t wanted = closed(at++, rank, size);
    if (value > 0 || wanted == 0) return false;
    std::string dimension;
    append_field(dimension, onnx::kDimensionValue, static_cast<std::uint64_t>(wanted));
    append_field(copy, field.number, dimension);
    return true;
  });
}

// A ValueInfoProto of FLOAT, with a shape; the open dimensions of an input are closed where `rank` > 0.
Result<bool> rewrite_value(const WireField& value, std::string& out, std::size_t rank, OnnxSize size) {
  bool shaped = false;
  const auto tensor_part = [&](const WireField& field, std::string& copy) -> Result<bool> {
    shaped = shaped || field.is(onnx::kTensorShape, WireType::kBytes);
    if (rank > 0 && field.is(onnx::kTensorShape, WireType::kBytes)) return close_shape(field, copy, rank, size);
    if (!field.is(onnx::kTensorElementType, WireType::kVarint) || field.value != onnx::kTypeHalf) return false;
    append_field(copy, field.number, onnx::kTypeFloat);
    return true;
  };
  const auto type_part = [&](const WireField& field, std::string& copy) -> Result<bool> {
    if (!field.is(onnx::kTypeTensor, WireType::kBytes)) return false;
    TROUPE_ASSIGN_OR_RETURN(std::string tensor, onnx::copy_message(field.bytes, tensor_part));
    if (!shaped) append_field(tensor, onnx::kTensorShape, std::string_view());
    append_field(copy, field.number, tensor);
    return true;
  };
  return onnx::copy_into(value, out, [&](const WireField& field, std::string& copy) -> Result<bool> {
    if (!field.is(onnx::kValueType, WireType::kBytes)) return false;
    return onnx::copy_into(field, copy, type_part);
  });
}

std::size_t rank_of(const std::vector<OnnxInput>& inputs, std::string_view name) {
  for (const OnnxInput& input : inputs) {
    if (input.name == name) return input.dims.size();
  }
  return 0;
}

}  // namespace

Result<std::string_view> OnnxFile::for_runtime(OnnxSize size, std::string& copy) const {
  if (!half_ && !open_ && !shapeless_) return std::string_view(bytes_);
  const auto graph_part = [&](const WireField& field, std::string& out) -> Result<bool> {
    if (field.type != WireType::kBytes) return false;
    switch (field.number) {
      case onnx::kGraphNode: return half_ ? widen_node(field, out) : Result<bool>(false);
      case onnx::kGraphInitializer: return half_ ? widen_tensor(field, out) : Result<bool>(false);
      case onnx::kGraphInput: {
        TROUPE_ASSIGN_OR_RETURN(const std::string_view name, text_of(field.bytes, onnx::kValueName));
        return rewrite_value(field, out, rank_of(inputs_, name), size);
      }
      case onnx::kGraphOutput:
      case onnx::kGraphValueInfo: return rewrite_value(field, out, 0, size);
      default: return false;
    }
  };
  const auto model_part = [&](const WireField& field, std::string& out) -> Result<bool> {
    if (!field.is(onnx::kModelGraph, WireType::kBytes)) return false;
    return onnx::copy_into(field, out, graph_part);
  };
  TROUPE_ASSIGN_OR_RETURN(copy, onnx::copy_message(bytes_, model_part));
  return std::string_view(copy);
}

}  // namespace troupe::vision
