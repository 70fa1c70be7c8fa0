#include "worker/vision/faces/detections.h"

#include <algorithm>
#include <cmath>

#include "common/base/limits.h"
#include "worker/vision/faces/alignment.h"

namespace troupe::vision {
namespace {

constexpr int kAnchors = 2;
constexpr std::array<int, 3> kStrides{8, 16, 32};
constexpr std::size_t kMostCandidates = 1000;  // the highest, before overlaps are looked at

Status other_shapes() {
  return {Code::kCorrupt,
          "the face detector does not give scores, boxes and five points for the strides 8, 16 and 32 (SCRFD form)"};
}

// The values of the one output with `rows` rows of `width` numbers; null where there is none, or more than one.
const float* output_of(const std::vector<Tensor>& outputs, std::size_t rows, int width) {
  const float* found = nullptr;
  for (const Tensor& output : outputs) {
    if (output.shape.empty() || output.shape.back() != width) continue;
    if (output.values.size() != rows * static_cast<std::size_t>(width)) continue;
    if (found != nullptr) return nullptr;
    found = output.values.data();
  }
  return found;
}

bool is_sound(const Face& face) {
  const auto finite = [](float value) { return std::isfinite(value) && std::abs(value) < 1e5f; };
  const bool points = std::ranges::all_of(face.points, [&](Point p) { return finite(p.x) && finite(p.y); });
  const bool box = finite(face.left) && finite(face.top) && finite(face.right) && finite(face.bottom);
  return points && box && face.width() >= 1 && face.height() >= 1 && fit_similarity(face.points, kArcFace112);
}

Face face_at(float x, float y, float stride, const float* box, const float* points) {
  Face face;
  face.left = x - box[0] * stride;
  face.top = y - box[1] * stride;
  face.right = x + box[2] * stride;
  face.bottom = y + box[3] * stride;
  for (std::size_t i = 0; i < face.points.size(); ++i) {
    face.points[i] = {x + points[2 * i] * stride, y + points[2 * i + 1] * stride};
  }
  return face;
}

Status add_stride(const std::vector<Tensor>& outputs, int side, int stride, std::vector<Face>& faces) {
  const int cells = side / stride;
  const std::size_t rows = static_cast<std::size_t>(cells) * static_cast<std::size_t>(cells) * kAnchors;
  const float* scores = output_of(outputs, rows, 1);
  const float* boxes = output_of(outputs, rows, 4);
  const float* points = output_of(outputs, rows, 10);
  if (scores == nullptr || boxes == nullptr || points == nullptr) return other_shapes();
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(scores[row] >= kFaceScore)) continue;
    const int cell = static_cast<int>(row / kAnchors);
    const auto x = static_cast<float>(cell % cells * stride);
    const auto y = static_cast<float>(cell / cells * stride);
    Face face = face_at(x, y, static_cast<float>(stride), boxes + row * 4, points + row * 10);
    face.score = std::min(scores[row], 1.0f);
    if (is_sound(face)) faces.push_back(face);
  }
  return {};
}

float overlap(const Face& a, const Face& b) {
  const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (a.area() + b.area() - both);
}

}  // namespace

Result<std::vector<Face>> faces_of(const std::vector<Tensor>& outputs, int side) {
  std::vector<Face> candidates;
  for (const int stride : kStrides) TROUPE_RETURN_IF_ERROR(add_stride(outputs, side, stride, candidates));
  std::ranges::stable_sort(candidates, std::greater<>(), &Face::score);
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  std::vector<Face> faces;
  for (const Face& candidate : candidates) {
    const auto covers = [&](const Face& face) { return overlap(face, candidate) > kFaceOverlap; };
    if (std::ranges::none_of(faces, covers)) faces.push_back(candidate);
    if (faces.size() == limits::kMaxFaces) break;
  }
  return faces;
}

}  // namespace troupe::vision
