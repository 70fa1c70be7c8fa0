#include <cstring>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include "worker/vision/faces/net.h"

namespace troupe::vision {
namespace {

constexpr std::size_t kMostMessageBytes = 300;

// OpenCV's messages show whole graphs.
std::string short_text(const std::string& text) {
  return text.substr(0, std::min(text.find('\n'), kMostMessageBytes));
}

// What cv::dnn refuses is the file's fault: shapes of inputs are checked before.
template <typename Work>
auto catch_dnn(const std::string& what, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const cv::Exception& error) {
    const bool memory = error.code == cv::Error::StsNoMem;
    return Status(memory ? Code::kNoSpace : Code::kCorrupt,
                  what + ": the network cannot be run: " + short_text(error.err));
  } catch (const std::bad_alloc&) {
    return Status(Code::kNoSpace, what + ": there is not enough memory for the network");
  } catch (const std::exception& error) {
    return Status(Code::kCorrupt, what + ": the network cannot be run: " + short_text(error.what()));
  }
}

Tensor tensor_of(const cv::Mat& mat) {
  Tensor tensor;
  for (int i = 0; i < mat.dims; ++i) tensor.shape.push_back(mat.size[i]);
  cv::Mat flat = mat.isContinuous() ? mat : mat.clone();
  CV_Assert(flat.type() == CV_32F);
  tensor.values.assign(flat.ptr<float>(), flat.ptr<float>() + flat.total());
  return tensor;
}

class CvNet final : public Net {
 public:
  CvNet(cv::dnn::Net net, std::string what) : net_(std::move(net)), what_(std::move(what)) {
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    outputs_ = net_.getUnconnectedOutLayersNames();
  }

  Result<std::vector<Tensor>> run(const std::vector<NetInput>& inputs) override {
    return catch_dnn(what_, [&]() -> Result<std::vector<Tensor>> {
      for (const NetInput& input : inputs) {
        const Tensor& tensor = input.tensor;
        // setInput copies, and takes no constant data.
        net_.setInput(cv::Mat(tensor.shape, CV_32F, const_cast<float*>(tensor.values.data())), input.name);
      }
      std::vector<cv::Mat> found;
      net_.forward(found, outputs_);
      std::vector<Tensor> outputs;
      for (const cv::Mat& mat : found) outputs.push_back(tensor_of(mat));
      return outputs;
    });
  }

 private:
  cv::dnn::Net net_;
  std::string what_;
  std::vector<std::string> outputs_;
};

class CvRuntime final : public NetRuntime {
 public:
  Result<std::unique_ptr<Net>> load(const OnnxFile& file, OnnxSize size, const std::string& what) override {
    std::string copy;
    auto bytes = file.for_runtime(size, copy);
    if (!bytes.ok()) return bytes.status().with_context(what);
    return catch_dnn(what, [&]() -> Result<std::unique_ptr<Net>> {
      cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes->data(), bytes->size());
      if (net.empty()) return Status(Code::kCorrupt, what + ": the network holds nothing");
      return std::unique_ptr<Net>(std::make_unique<CvNet>(std::move(net), what));
    });
  }
};

}  // namespace

std::unique_ptr<NetRuntime> make_cv_runtime() {
  // What it logs comes as an exception too.
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  return std::make_unique<CvRuntime>();
}

void set_cv_threads(int threads) {
  cv::setNumThreads(threads);
}

std::string cv_runtime_name() {
  return "opencv-" CV_VERSION " threads-" + std::to_string(cv::getNumThreads());
}

}  // namespace troupe::vision
