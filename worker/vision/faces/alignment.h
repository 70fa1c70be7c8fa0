// Where a face must come to lie in a network's input, and the way there.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "worker/vision/faces/face.h"

namespace troupe::vision {

// Turns, scales and moves: (x, y) -> (a x - b y + tx, b x + a y + ty). Never mirrors.
struct Similarity {
  double a = 1;
  double b = 0;
  double tx = 0;
  double ty = 0;

  double scale() const;
  Similarity inverse() const;
  Point operator()(Point point) const;
};

// The similarity that brings `from` to `to` with the least sum of squared distances (Umeyama 1991; in the plane it is
// the regression of complex numbers). Nothing where the points of `from` lie in one place, or scale by less than 1/1000
// or more than 1000.
std::optional<Similarity> fit_similarity(const FacePoints& from, const FacePoints& to);

// The five points in a crop of 112 x 112 (insightface/utils/face_align.py, arcface_dst).
extern const FacePoints kArcFace112;

// The five points in the embedder's crop of `side` = 112 pixels, and in the swapper's of 128 * boost: arcface112 moved
// by 8 to the right, enlarged so that pixels of the smaller crop become blocks of boost x boost.
FacePoints embedder_points();
FacePoints swapper_points(int boost);

// The part of `picture` (CV_8UC3) that `to_crop` maps onto a crop of side x side pixels, bilinear; areas are averaged
// first where it shrinks to less than half. Beyond the picture's border its outermost pixels go on.
cv::Mat crop_of(const cv::Mat& picture, const Similarity& to_crop, int side);

// As OpenCV's warps take it: 2 x 3, CV_64F.
cv::Mat matrix_of(const Similarity& similarity);

}  // namespace troupe::vision
