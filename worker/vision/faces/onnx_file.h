// An ONNX file as far as a runtime must be helped with it: what goes in, the values of the last initializer, and a copy
// that cv::dnn takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::vision {

struct OnnxInput {
  std::string name;
  std::vector<std::int64_t> dims;  // 0 where the file leaves it open
};

struct OnnxMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;  // row by row
};

// Height and width that open dimensions get.
struct OnnxSize {
  int height = 0;
  int width = 0;
};

class OnnxFile {
 public:
  // Of at most limits::kMaxOnnxBytes. kNotFound, kTooLarge, kCorrupt; every message names the file.
  static Result<OnnxFile> load(const std::string& path);
  // kCorrupt: not an ONNX graph, or one with a tensor whose values do not fit its shape (a runtime may believe shapes
  // after this).
  static Result<OnnxFile> parse(std::string bytes);

  // SHA-256 of the bytes.
  const Digest& digest() const { return digest_; }
  // Without those that are initializers, which older files list too.
  const std::vector<OnnxInput>& inputs() const { return inputs_; }

  // The last initializer, of two dimensions, FLOAT or FLOAT16: where swappers of the inswapper kind keep the matrix
  // that takes an embedding to their latent (insightface/model_zoo/inswapper.py). kCorrupt.
  Result<OnnxMatrix> last_initializer() const;

  // The bytes as cv::dnn 4.6 takes them, which refuses FLOAT16 and outputs without a shape, and cannot work with open
  // sizes: FLOAT16 values, inputs, outputs and casts become FLOAT; of inputs [N, C, H, W] and [N, C] an open N becomes
  // 1, an open H and W `size`; what has no shape gets an empty one. A view of `copy`, or of this file where nothing of
  // that is needed.
  Result<std::string_view> for_runtime(OnnxSize size, std::string& copy) const;

 private:
  std::string bytes_;
  Digest digest_;
  std::vector<OnnxInput> inputs_;
  bool half_ = false;           // holds FLOAT16 somewhere
  bool open_ = false;           // an input has an open dimension
  bool shapeless_ = false;      // an output has no shape
  std::size_t last_begin_ = 0;  // of the last initializer's message in bytes_
  std::size_t last_size_ = 0;
};

}  // namespace troupe::vision
