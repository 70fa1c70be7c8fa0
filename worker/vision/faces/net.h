// Networks as a face's code sees them: tensors in, tensors out. What runs them is behind NetRuntime, so that a device
// can take the place of cv::dnn.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/vision/faces/onnx_file.h"

namespace troupe::vision {

struct Tensor {
  std::vector<int> shape;
  std::vector<float> values;  // row by row
};

struct NetInput {
  std::string name;
  Tensor tensor;
};

// One network at one size; one thread at a time.
class Net {
 public:
  virtual ~Net() = default;
  // All outputs, in no order that means anything. kCorrupt: the graph does not take these shapes. kNoSpace.
  virtual Result<std::vector<Tensor>> run(const std::vector<NetInput>& inputs) = 0;
};

class NetRuntime {
 public:
  virtual ~NetRuntime() = default;
  // kCorrupt: the runtime refuses the graph. `what` begins messages: the file's path.
  virtual Result<std::unique_ptr<Net>> load(const OnnxFile& file, OnnxSize size, const std::string& what) = 0;
};

// cv::dnn on the CPU, with as many threads as OpenCV was told to take.
std::unique_ptr<NetRuntime> make_cv_runtime();

// Of all that OpenCV does in this process.
void set_cv_threads(int threads);
// "opencv-4.6.0 threads-2": with a CPU's model, what decides the last bits of a result.
std::string cv_runtime_name();

}  // namespace troupe::vision
