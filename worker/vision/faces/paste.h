// A crop back into its picture: the soft mask, the colours, the blend.
#pragma once

#include <opencv2/core.hpp>

#include "worker/vision/faces/alignment.h"

namespace troupe::vision {

// The mask of a crop of side x side: 1 inside, 0 in a border of 7.5 % of the side, blurred by a Gaussian whose sigma is
// half of that (FaceFusion's box mask at a blur of .3), then stretched so that it is 0 at the edge. CV_32F.
cv::Mat soft_mask(int side);

// `crop` with mean and standard deviation of each channel of `like` in CIE LAB, weighted by `mask` (Reinhard et al.
// 2001). The deviation changes at most by half or double. Both CV_8UC3 of the mask's size.
cv::Mat with_colours_of(const cv::Mat& crop, const cv::Mat& like, const cv::Mat& mask);

// Lays `crop` over `picture` (CV_8UC3) where `mask` says so, by the inverse of `to_crop`. Pixels outside the crop's box
// keep their values.
void paste(const cv::Mat& crop, const cv::Mat& mask, const Similarity& to_crop, cv::Mat& picture);

}  // namespace troupe::vision
