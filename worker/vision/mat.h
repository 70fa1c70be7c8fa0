// Pictures as OpenCV sees them.
#pragma once

#include <opencv2/core.hpp>

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::vision {

// A view of the picture's bytes, CV_8UC1, C3 or C4, channels in their order (RGB, not OpenCV's BGR). The picture
// outlives it and is not resized meanwhile.
cv::Mat view(picture::Picture& picture);
const cv::Mat view(const picture::Picture& picture);

// A copy. Needs 8 bits and 1, 3 or 4 channels.
picture::Picture picture_of(const cv::Mat& mat);

// Runs `work`; what OpenCV throws becomes kInternal, and kNoSpace where memory ran out. `what` begins the message.
template <typename Work>
auto catch_cv(const char* what, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const cv::Exception& error) {
    const bool memory = error.code == cv::Error::StsNoMem;
    return Status(memory ? Code::kNoSpace : Code::kInternal, std::string(what) + ": " + error.what());
  } catch (const std::bad_alloc&) {
    return Status(Code::kNoSpace, std::string(what) + ": there is not enough memory");
  }
}

}  // namespace troupe::vision
