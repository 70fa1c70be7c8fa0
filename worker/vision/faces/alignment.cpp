#include "worker/vision/faces/alignment.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace troupe::vision {
namespace {

constexpr double kSwapperShift = 8;  // of the 128 template to the right of arcface112

cv::Mat warp(const cv::Mat& picture, const Similarity& to_crop, int side) {
  cv::Mat crop;
  cv::warpAffine(picture, crop, matrix_of(to_crop), {side, side}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return crop;
}

// The pixels of the picture that the crop needs, with a margin for the averaging.
cv::Rect source_of(const cv::Mat& picture, const Similarity& to_crop, int side, int margin) {
  const Similarity back = to_crop.inverse();
  const auto last = static_cast<float>(side - 1);
  std::vector<cv::Point2f> corners;
  for (const Point corner : {Point{0, 0}, Point{last, 0}, Point{0, last}, Point{last, last}}) {
    const Point at = back(corner);
    corners.emplace_back(at.x, at.y);
  }
  cv::Rect box = cv::boundingRect(corners);
  box -= cv::Point(margin, margin);
  box += cv::Size(2 * margin, 2 * margin);
  return box & cv::Rect(0, 0, picture.cols, picture.rows);
}

}  // namespace

const FacePoints kArcFace112{
    {{38.2946f, 51.6963f}, {73.5318f, 51.5014f}, {56.0252f, 71.7366f}, {41.5493f, 92.3655f}, {70.7299f, 92.2041f}}};

double Similarity::scale() const {
  return std::hypot(a, b);
}

Similarity Similarity::inverse() const {
  const double square = a * a + b * b;
  const double p = a / square;
  const double q = -b / square;
  return {p, q, -(p * tx - q * ty), -(q * tx + p * ty)};
}

Point Similarity::operator()(Point point) const {
  const double x = point.x;
  const double y = point.y;
  return {static_cast<float>(a * x - b * y + tx), static_cast<float>(b * x + a * y + ty)};
}

std::optional<Similarity> fit_similarity(const FacePoints& from, const FacePoints& to) {
  double mean[4] = {};
  for (std::size_t i = 0; i < from.size(); ++i) {
    mean[0] += from[i].x / 5.0;
    mean[1] += from[i].y / 5.0;
    mean[2] += to[i].x / 5.0;
    mean[3] += to[i].y / 5.0;
  }
  double square = 0;
  double real = 0;
  double imaginary = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double x = from[i].x - mean[0];
    const double y = from[i].y - mean[1];
    const double u = to[i].x - mean[2];
    const double v = to[i].y - mean[3];
    square += x * x + y * y;
    real += x * u + y * v;
    imaginary += x * v - y * u;
  }
  if (!(square > 1e-6)) return std::nullopt;
  Similarity found{real / square, imaginary / square, 0, 0};
  const double scale = found.scale();
  if (!(scale >= 1e-3 && scale <= 1e3)) return std::nullopt;
  found.tx = mean[2] - (found.a * mean[0] - found.b * mean[1]);
  found.ty = mean[3] - (found.b * mean[0] + found.a * mean[1]);
  return found;
}

FacePoints embedder_points() {
  return kArcFace112;
}

FacePoints swapper_points(int boost) {
  FacePoints points = kArcFace112;
  const double half =
      (boost - 1) / 2.0;  // pixel p of the small crop is the middle of pixels boost p .. boost p + boost - 1
  for (Point& point : points) {
    point.x = static_cast<float>((point.x + kSwapperShift) * boost + half);
    point.y = static_cast<float>(point.y * boost + half);
  }
  return points;
}

cv::Mat crop_of(const cv::Mat& picture, const Similarity& to_crop, int side) {
  const int shrink = static_cast<int>(1 / to_crop.scale());
  if (shrink < 2) return warp(picture, to_crop, side);
  const cv::Rect box = source_of(picture, to_crop, side, 2 * shrink);
  if (box.empty()) return warp(picture, to_crop, side);
  // Whole blocks, so that the pixels of the small picture have their centres where the matrix expects them.
  const cv::Size small((box.width + shrink - 1) / shrink, (box.height + shrink - 1) / shrink);
  cv::Mat blocks;
  cv::copyMakeBorder(picture(box), blocks, 0, small.height * shrink - box.height, 0, small.width * shrink - box.width,
                     cv::BORDER_REPLICATE);
  cv::Mat averaged;
  cv::resize(blocks, averaged, small, 0, 0, cv::INTER_AREA);
  const double middle = (shrink - 1) / 2.0;
  const double x = box.x + middle;
  const double y = box.y + middle;
  const Similarity from_small{to_crop.a * shrink, to_crop.b * shrink, to_crop.a * x - to_crop.b * y + to_crop.tx,
                              to_crop.b * x + to_crop.a * y + to_crop.ty};
  return warp(averaged, from_small, side);
}

cv::Mat matrix_of(const Similarity& similarity) {
  return (cv::Mat_<double>(2, 3) << similarity.a, -similarity.b, similarity.tx, similarity.b, similarity.a,
          similarity.ty);
}

}  // namespace troupe::vision
