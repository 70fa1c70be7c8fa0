// What a detector of the SCRFD form says (Guo et al. 2021; insightface/model_zoo/scrfd.py), as faces.
#pragma once

#include <vector>

#include "worker/vision/faces/face.h"
#include "worker/vision/faces/net.h"

namespace troupe::vision {

inline constexpr float kFaceScore = 0.5f;    // least
inline constexpr float kFaceOverlap = 0.4f;  // intersection over union from which two boxes show one face

// The nine outputs for an input of side x side pixels: for each of the strides 8, 16 and 32 scores [N, 1], boxes [N, 4]
// (left, top, right, bottom of the cell's centre) and points [N, 10], distances in strides, with N = 2 (side /
// stride)^2 rows: cell by cell, two anchors each, whose centre is (column, row) * stride. Outputs are told apart by
// their last dimension and their number of rows: runtimes do not keep the graph's order.
//
// Faces that score kFaceScore or more, the highest first, less those that overlap a higher one by more than
// kFaceOverlap; at most limits::kMaxFaces. What is not finite, or has its points in one place, is no face. kCorrupt:
// outputs of other shapes.
Result<std::vector<Face>> faces_of(const std::vector<Tensor>& outputs, int side);

}  // namespace troupe::vision
