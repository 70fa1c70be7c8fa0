#include "worker/vision/faces/onnx_file.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "worker/vision/faces/onnx_schema.h"
#include "worker/vision/faces/onnx_tensor.h"

namespace troupe::vision {
namespace {

Status corrupt(const std::string& why) {
  return {Code::kCorrupt, why};
}

// A graph's parts as they are met.
struct Scan {
  std::vector<OnnxInput> inputs;
  std::set<std::string_view> initializers;
  std::string_view last_initializer;
  std::size_t nodes = 0;
  bool half = false;
  bool shapeless = false;
};

Result<std::int64_t> read_dimension(std::string_view message) {
  std::int64_t value = 0;
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (field.is(onnx::kDimensionValue, WireType::kVarint)) value = static_cast<std::int64_t>(field.value);
  }
  return std::max<std::int64_t>(value, 0);  // exporters write -1 or 0 for an open one
}

Status read_type(std::string_view message, OnnxInput& input, bool& half, bool& shaped) {
  for (WireReader types(message); !types.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField tensor, types.next());
    if (!tensor.is(onnx::kTypeTensor, WireType::kBytes)) continue;
    for (WireReader reader(tensor.bytes); !reader.done();) {
      TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
      if (field.is(onnx::kTensorElementType, WireType::kVarint)) half = half || field.value == onnx::kTypeHalf;
      if (!field.is(onnx::kTensorShape, WireType::kBytes)) continue;
      shaped = true;
      for (WireReader shape(field.bytes); !shape.done();) {
        TROUPE_ASSIGN_OR_RETURN(const WireField dimension, shape.next());
        if (!dimension.is(onnx::kShapeDimension, WireType::kBytes)) continue;
        if (input.dims.size() == limits::kMaxTensorDimensions) return corrupt("an input has too many dimensions");
        TROUPE_ASSIGN_OR_RETURN(const std::int64_t value, read_dimension(dimension.bytes));
        input.dims.push_back(value);
      }
    }
  }
  return {};
}

Result<OnnxInput> read_value(std::string_view message, Scan& scan) {
  OnnxInput input;
  bool shaped = false;
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (field.is(onnx::kValueName, WireType::kBytes)) input.name = field.bytes;
    if (!field.is(onnx::kValueType, WireType::kBytes)) continue;
    TROUPE_RETURN_IF_ERROR(read_type(field.bytes, input, scan.half, shaped));
  }
  scan.shapeless = scan.shapeless || !shaped;
  return input;
}

Status check_attribute(std::string_view message, bool& half) {
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (field.number == onnx::kAttributeGraph || field.number == onnx::kAttributeGraphs) {
      return corrupt("a node holds a graph of its own (If, Loop), which cannot be run here");
    }
    if (field.is(onnx::kAttributeTensors, WireType::kBytes)) return corrupt("a node holds a list of tensors");
    if (!field.is(onnx::kAttributeTensor, WireType::kBytes)) continue;
    TROUPE_ASSIGN_OR_RETURN(const OnnxTensor tensor, read_onnx_tensor(field.bytes));
    half = half || tensor.type == OnnxType::kHalf;
  }
  return {};
}

Status check_node(std::string_view message, Scan& scan) {
  if (++scan.nodes > limits::kMaxOnnxNodes) return corrupt("the graph has too many nodes");
  for (WireReader reader(message); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (field.is(onnx::kNodeAttribute, WireType::kBytes)) {
      TROUPE_RETURN_IF_ERROR(check_attribute(field.bytes, scan.half));
    }
  }
  return {};
}

Status scan_part(const WireField& field, Scan& scan) {
  if (field.type != WireType::kBytes) return {};
  switch (field.number) {
    case onnx::kGraphNode: return check_node(field.bytes, scan);
    case onnx::kGraphSparseInitializer: return corrupt("the graph has sparse tensors, which are not read here");
    case onnx::kGraphInput: {
      TROUPE_ASSIGN_OR_RETURN(OnnxInput input, read_value(field.bytes, scan));
      scan.inputs.push_back(std::move(input));
      return scan.inputs.size() > limits::kMaxOnnxNodes ? corrupt("the graph has too many inputs") : Status();
    }
    case onnx::kGraphOutput: return read_value(field.bytes, scan).status();
    case onnx::kGraphInitializer: {
      TROUPE_ASSIGN_OR_RETURN(const OnnxTensor tensor, read_onnx_tensor(field.bytes));
      scan.half = scan.half || tensor.type == OnnxType::kHalf;
      scan.initializers.insert(tensor.name);
      scan.last_initializer = field.bytes;
      return {};
    }
    default: return {};
  }
}

Result<Scan> scan_model(std::string_view model) {
  Scan scan;
  int graphs = 0;
  for (WireReader reader(model); !reader.done();) {
    TROUPE_ASSIGN_OR_RETURN(const WireField field, reader.next());
    if (!field.is(onnx::kModelGraph, WireType::kBytes)) continue;
    if (++graphs > 1) return corrupt("it holds more than one graph");
    for (WireReader parts(field.bytes); !parts.done();) {
      TROUPE_ASSIGN_OR_RETURN(const WireField part, parts.next());
      TROUPE_RETURN_IF_ERROR(scan_part(part, scan));
    }
  }
  if (scan.nodes == 0) return corrupt("it holds no graph");
  std::erase_if(scan.inputs, [&](const OnnxInput& input) { return scan.initializers.contains(input.name); });
  if (scan.inputs.empty()) return corrupt("the graph has no input");
  return scan;
}

}  // namespace

Result<OnnxFile> OnnxFile::parse(std::string bytes) {
  auto scan = scan_model(bytes);
  if (!scan.ok()) return scan.status().with_context("not an ONNX model that can be read");
  OnnxFile file;
  file.digest_ = sha256(bytes);
  file.inputs_ = std::move(scan->inputs);
  file.half_ = scan->half;
  file.shapeless_ = scan->shapeless;
  file.open_ = std::ranges::any_of(
      file.inputs_, [](const OnnxInput& input) { return std::ranges::find(input.dims, 0) != input.dims.end(); });
  file.last_size_ = scan->last_initializer.size();
  if (file.last_size_ > 0) file.last_begin_ = static_cast<std::size_t>(scan->last_initializer.data() - bytes.data());
  file.bytes_ = std::move(bytes);
  return file;
}

Result<OnnxFile> OnnxFile::load(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(std::string bytes, read_file(path, limits::kMaxOnnxBytes));
  auto file = parse(std::move(bytes));
  if (!file.ok()) return file.status().with_context(path);
  return file;
}

Result<OnnxMatrix> OnnxFile::last_initializer() const {
  if (last_size_ == 0) return corrupt("the graph has no initializers");
  TROUPE_ASSIGN_OR_RETURN(const OnnxTensor tensor,
                          read_onnx_tensor(std::string_view(bytes_).substr(last_begin_, last_size_)));
  if (tensor.dims.size() != 2) return corrupt("the last initializer is not a matrix");
  OnnxMatrix matrix{tensor.dims[0], tensor.dims[1], {}};
  TROUPE_ASSIGN_OR_RETURN(matrix.values, floats_of(tensor));
  return matrix;
}

}  // namespace troupe::vision
