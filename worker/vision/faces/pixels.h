// Pictures as networks take them, and back. Private to worker/vision/faces.
#pragma once

#include <opencv2/core.hpp>

#include "worker/vision/faces/net.h"

namespace troupe::vision {

// CV_8UC3 as [1, 3, height, width] of (value - mean) / scale, channels in their order.
Tensor planes_of(const cv::Mat& rgb, float mean, float scale);

// [1, 3, height, width] of 0..1 as CV_8UC3, rounded; what is outside (or no number) is brought inside. kCorrupt for
// another shape than `side` x `side`.
Result<cv::Mat> rgb_of(const Tensor& planes, int side);

}  // namespace troupe::vision
