#include <opencv2/imgproc.hpp>
#include <vector>

#include "worker/vision/masks/check.h"
#include "worker/vision/masks/masks.h"
#include "worker/vision/mat.h"

namespace troupe::vision {
namespace {

using picture::Picture;

// 255 where the mask counts.
cv::Mat hard(const Picture& mask) {
  cv::Mat result;
  cv::compare(view(mask), 128, result, cv::CMP_GE);
  return result;
}

// Of each pixel to the nearest one that is 0.
cv::Mat distances(const cv::Mat& mask) {
  cv::Mat result;
  cv::distanceTransform(mask, result, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  return result;
}

}  // namespace

Result<Picture> grow(const Picture& mask, int pixels) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  return catch_cv("grow a mask", [&]() -> Result<Picture> {
    const cv::Mat inside = hard(mask);
    const int found = cv::countNonZero(inside);
    // Without a pixel of either kind there is no distance to it, and nothing to move.
    if (pixels == 0 || found == 0 || found == inside.rows * inside.cols) return picture_of(inside);
    constexpr double kRounding = 1e-3;
    cv::Mat result;
    if (pixels > 0) {
      const cv::Mat outside = ~inside;
      cv::compare(distances(outside), pixels + kRounding, result, cv::CMP_LE);
    } else {
      cv::compare(distances(inside), -pixels + kRounding, result, cv::CMP_GT);
    }
    return picture_of(result);
  });
}

Result<Picture> feather(const Picture& mask, int pixels) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  if (pixels < 0) return Status(Code::kInvalid, "feather: a number of pixels is not negative");
  if (pixels == 0) return mask;
  return catch_cv("feather a mask", [&]() -> Result<Picture> {
    const int kernel = 2 * pixels + 1;
    cv::Mat result;
    cv::GaussianBlur(view(mask), result, {kernel, kernel}, pixels / 2.0, pixels / 2.0, cv::BORDER_REPLICATE);
    return picture_of(result);
  });
}

Result<Picture> largest_region(const Picture& mask) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  return catch_cv("find regions of a mask", [&]() -> Result<Picture> {
    cv::Mat labels, statistics, centres;
    const int count = cv::connectedComponentsWithStats(hard(mask), labels, statistics, centres, 8);
    int largest = 0, most = 0;  // label 0 is the outside
    for (int label = 1; label < count; ++label) {
      const int area = statistics.at<int>(label, cv::CC_STAT_AREA);
      if (area > most) {
        most = area;
        largest = label;
      }
    }
    if (largest == 0) return picture::make_picture({mask.width, mask.height}, 1, 0);
    return picture_of(labels == largest);
  });
}

}  // namespace troupe::vision
