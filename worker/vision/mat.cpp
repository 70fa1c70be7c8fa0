#include "worker/vision/mat.h"

#include <cstring>

namespace troupe::vision {

cv::Mat view(picture::Picture& picture) {
  return {picture.height, picture.width, CV_8UC(picture.channels), picture.pixels.data()};
}

const cv::Mat view(const picture::Picture& picture) {
  // OpenCV has no view of constant bytes; the result is constant instead.
  return {picture.height, picture.width, CV_8UC(picture.channels), const_cast<std::uint8_t*>(picture.pixels.data())};
}

picture::Picture picture_of(const cv::Mat& mat) {
  CV_Assert(mat.depth() == CV_8U);
  picture::Picture picture = picture::make_picture({mat.cols, mat.rows}, mat.channels(), 0);
  cv::Mat target = view(picture);
  mat.copyTo(target);
  return picture;
}

}  // namespace troupe::vision
