#include "worker/vision/faces/paste.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace troupe::vision {
namespace {

constexpr double kMaskBlur = 0.3;
constexpr double kLeastStretch = 0.5;
constexpr double kMostStretch = 2;

struct Moments {
  cv::Scalar mean;
  cv::Scalar deviation;
};

Moments weighted(const cv::Mat& lab, const cv::Mat& mask) {
  double weight = 0;
  double sum[3] = {};
  double squares[3] = {};
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const double share = mask.at<float>(y, x);
      const cv::Vec3f& value = lab.at<cv::Vec3f>(y, x);
      weight += share;
      for (int c = 0; c < 3; ++c) {
        sum[c] += share * value[c];
        squares[c] += share * value[c] * value[c];
      }
    }
  }
  Moments moments;
  for (int c = 0; c < 3; ++c) {
    moments.mean[c] = sum[c] / weight;
    moments.deviation[c] = std::sqrt(std::max(0.0, squares[c] / weight - moments.mean[c] * moments.mean[c]));
  }
  return moments;
}

cv::Mat lab_of(const cv::Mat& rgb) {
  cv::Mat scaled;
  rgb.convertTo(scaled, CV_32F, 1 / 255.0);
  cv::Mat lab;
  cv::cvtColor(scaled, lab, cv::COLOR_RGB2Lab);
  return lab;
}

cv::Rect box_of(const Similarity& from_crop, int side, const cv::Size& picture) {
  std::vector<cv::Point2f> corners;
  const auto last = static_cast<float>(side);
  for (const Point corner : {Point{-1, -1}, Point{last, -1}, Point{-1, last}, Point{last, last}}) {
    const Point at = from_crop(corner);
    corners.emplace_back(at.x, at.y);
  }
  return cv::boundingRect(corners) & cv::Rect({0, 0}, picture);
}

}  // namespace

cv::Mat soft_mask(int side) {
  const int blur = static_cast<int>(side * 0.5 * kMaskBlur);
  const int border = std::max(blur / 2, 1);
  cv::Mat mask = cv::Mat::zeros(side, side, CV_32F);
  mask(cv::Rect(border, border, side - 2 * border, side - 2 * border)) = 1;
  cv::GaussianBlur(mask, mask, {0, 0}, blur * 0.25, 0, cv::BORDER_CONSTANT);
  const double edge = mask.at<float>(0, side / 2);
  return cv::max((mask - edge) / (1 - edge), 0.0);
}

cv::Mat with_colours_of(const cv::Mat& crop, const cv::Mat& like, const cv::Mat& mask) {
  cv::Mat lab = lab_of(crop);
  const Moments have = weighted(lab, mask);
  const Moments want = weighted(lab_of(like), mask);
  cv::Scalar stretch;
  for (int c = 0; c < 3; ++c) {
    const double ratio = have.deviation[c] > 0 ? want.deviation[c] / have.deviation[c] : 1;
    stretch[c] = std::clamp(ratio, kLeastStretch, kMostStretch);
  }
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      auto& value = lab.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) {
        value[c] = static_cast<float>((value[c] - have.mean[c]) * stretch[c] + want.mean[c]);
      }
    }
  }
  cv::Mat rgb;
  cv::cvtColor(lab, rgb, cv::COLOR_Lab2RGB);
  cv::Mat bytes;
  rgb.convertTo(bytes, CV_8U, 255);
  return bytes;
}

void paste(const cv::Mat& crop, const cv::Mat& mask, const Similarity& to_crop, cv::Mat& picture) {
  const cv::Rect box = box_of(to_crop.inverse(), crop.cols, picture.size());
  if (box.empty()) return;
  // From pixels of the box to pixels of the crop: what WARP_INVERSE_MAP takes.
  Similarity from_box = to_crop;
  from_box.tx += to_crop.a * box.x - to_crop.b * box.y;
  from_box.ty += to_crop.b * box.x + to_crop.a * box.y;
  const cv::Mat matrix = matrix_of(from_box);
  constexpr int kHow = cv::INTER_LINEAR | cv::WARP_INVERSE_MAP;
  cv::Mat laid;
  cv::Mat share;
  cv::warpAffine(crop, laid, matrix, box.size(), kHow, cv::BORDER_REPLICATE);
  cv::warpAffine(mask, share, matrix, box.size(), kHow, cv::BORDER_CONSTANT, cv::Scalar(0));
  for (int y = 0; y < box.height; ++y) {
    for (int x = 0; x < box.width; ++x) {
      const float opacity = share.at<float>(y, x);
      if (opacity <= 0) continue;
      cv::Vec3b& below = picture.at<cv::Vec3b>(y + box.y, x + box.x);
      const cv::Vec3b& above = laid.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        const float value = static_cast<float>(below[c]) + opacity * static_cast<float>(above[c] - below[c]);
        below[c] = static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
      }
    }
  }
}

}  // namespace troupe::vision
