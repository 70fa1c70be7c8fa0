#include "worker/vision/faces/detector.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "worker/vision/faces/detections.h"
#include "worker/vision/faces/pixels.h"
#include "worker/vision/mat.h"

namespace troupe::vision {
namespace {

constexpr float kMean = 127.5f;
constexpr float kScale = 128.0f;
constexpr std::array<int, 3> kSides{160, 320, 640};
constexpr int kLargestStride = 32;
constexpr int kMostSide = 1280;

std::vector<int> sides_for(int picture_side) {
  std::vector<int> sides(kSides.begin(), kSides.end());
  const auto holds = std::ranges::find_if(sides, [&](int side) { return side >= picture_side; });
  // The first that holds the picture, then smaller ones (a face that fills it), then larger ones (small faces).
  const auto first = holds == sides.end() ? sides.end() - 1 : holds;
  std::reverse(sides.begin(), first + 1);
  return sides;
}

struct Letterboxed {
  cv::Mat picture;   // side x side, black right of and below the picture
  double scale = 1;  // of the picture in it
};

Letterboxed letterbox(const cv::Mat& rgb, int side) {
  Letterboxed boxed;
  boxed.scale = static_cast<double>(side) / std::max(rgb.cols, rgb.rows);
  const auto scaled = [&](int length) {
    return std::clamp(static_cast<int>(std::lround(length * boxed.scale)), 1, side);
  };
  boxed.picture = cv::Mat::zeros(side, side, CV_8UC3);
  cv::Mat corner = boxed.picture(cv::Rect(0, 0, scaled(rgb.cols), scaled(rgb.rows)));
  cv::resize(rgb, corner, corner.size(), 0, 0, boxed.scale < 0.5 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return boxed;
}

void scale(Face& face, float factor) {
  for (float* value : {&face.left, &face.top, &face.right, &face.bottom}) *value *= factor;
  for (Point& point : face.points) point = {point.x * factor, point.y * factor};
}

}  // namespace

Result<Detector> Detector::make(OnnxFile file, NetRuntime& runtime, std::string what) {
  const std::vector<OnnxInput>& inputs = file.inputs();
  const std::vector<std::int64_t>& dims = inputs.front().dims;
  const bool rank = inputs.size() == 1 && dims.size() == 4 && dims[0] <= 1 && dims[1] == 3;
  if (!rank || dims[2] != dims[3] || dims[2] % kLargestStride != 0 || dims[2] > kMostSide) {
    return Status(Code::kCorrupt, what +
                                      ": a face detector takes one picture [1, 3, side, side], with a side of a "
                                      "multiple of 32 up to " +
                                      std::to_string(kMostSide));
  }
  Detector detector(std::move(file), runtime, std::move(what));
  detector.input_ = detector.file_.inputs().front().name;
  detector.fixed_side_ = static_cast<int>(detector.file_.inputs().front().dims[2]);
  return detector;
}

Result<std::vector<Face>> Detector::find(const picture::Picture& picture) {
  const picture::Picture rgb = picture.channels == 3 ? picture::Picture() : picture::to_rgb(picture);
  const picture::Picture& used = picture.channels == 3 ? picture : rgb;
  if (fixed_side_ > 0) return find_at(used, fixed_side_);
  for (const int side : sides_for(std::max(picture.width, picture.height))) {
    TROUPE_ASSIGN_OR_RETURN(std::vector<Face> faces, find_at(used, side));
    if (!faces.empty()) return faces;
  }
  return std::vector<Face>();
}

Result<std::vector<Face>> Detector::find_at(const picture::Picture& rgb, int side) {
  std::unique_ptr<Net>& net = nets_[side];
  if (!net) {
    TROUPE_ASSIGN_OR_RETURN(net, runtime_->load(file_, {side, side}, what_));
  }
  return catch_cv("find faces", [&]() -> Result<std::vector<Face>> {
    const Letterboxed boxed = letterbox(view(rgb), side);
    TROUPE_ASSIGN_OR_RETURN(const auto outputs, net->run({{input_, planes_of(boxed.picture, kMean, kScale)}}));
    auto faces = faces_of(outputs, side);
    if (!faces.ok()) return faces.status().with_context(what_);
    for (Face& face : *faces) scale(face, static_cast<float>(1 / boxed.scale));
    return faces;
  });
}

}  // namespace troupe::vision
