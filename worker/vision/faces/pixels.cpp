#include "worker/vision/faces/pixels.h"

#include <cmath>

namespace troupe::vision {

Tensor planes_of(const cv::Mat& rgb, float mean, float scale) {
  CV_Assert(rgb.type() == CV_8UC3);
  Tensor tensor{{1, 3, rgb.rows, rgb.cols}, {}};
  const std::size_t plane = rgb.total();
  tensor.values.resize(3 * plane);
  std::size_t at = 0;
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* row = rgb.ptr<std::uint8_t>(y);
    for (int x = 0; x < rgb.cols; ++x, ++at, row += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        tensor.values[c * plane + at] = (static_cast<float>(row[c]) - mean) / scale;
      }
    }
  }
  return tensor;
}

Result<cv::Mat> rgb_of(const Tensor& planes, int side) {
  if (planes.shape != std::vector<int>{1, 3, side, side}) {
    return Status(Code::kCorrupt, "the network does not give a picture of " + std::to_string(side) + " pixels a side");
  }
  cv::Mat rgb(side, side, CV_8UC3);
  const std::size_t plane = rgb.total();
  for (std::size_t at = 0; at < plane; ++at) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float value = planes.values[c * plane + at];
      const float inside = value > 0 ? std::min(value, 1.0f) : 0.0f;  // also of a NaN
      rgb.data[at * 3 + c] = static_cast<std::uint8_t>(std::lround(inside * 255));
    }
  }
  return rgb;
}

}  // namespace troupe::vision
