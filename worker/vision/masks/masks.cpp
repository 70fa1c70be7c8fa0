#include "worker/vision/masks/masks.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "worker/vision/masks/check.h"
#include "worker/vision/mat.h"

namespace troupe::vision {

using picture::Picture;

Status check_mask(const Picture& mask) {
  TROUPE_RETURN_IF_ERROR(picture::check_picture(mask));
  if (mask.channels == 1) return {};
  return {Code::kInvalid, "a mask has one channel, not " + std::to_string(mask.channels)};
}

namespace {

Status check_pair(const Picture& a, const Picture& b) {
  TROUPE_RETURN_IF_ERROR(check_mask(a));
  TROUPE_RETURN_IF_ERROR(check_mask(b));
  if (a.width == b.width && a.height == b.height) return {};
  return {Code::kInvalid, "masks of " + std::to_string(a.width) + "x" + std::to_string(a.height) + " and " +
                              std::to_string(b.width) + "x" + std::to_string(b.height) + " pixels do not fit together"};
}

// [first, last) of the pixels between two shares of a side.
std::pair<int, int> pixels_of(double begin, double length, int side) {
  const double from = std::clamp(begin, 0.0, 1.0) * side, to = std::clamp(begin + length, 0.0, 1.0) * side;
  int first = static_cast<int>(std::lround(from)), last = static_cast<int>(std::lround(to));
  if (first == last && to > from) {
    first = std::min(static_cast<int>(from), side - 1);
    last = first + 1;
  }
  return {first, last};
}

template <typename Combine>
Result<Picture> combined(const Picture& a, const Picture& b, Combine combine) {
  TROUPE_RETURN_IF_ERROR(check_pair(a, b));
  Picture result = a;
  std::ranges::transform(a.pixels, b.pixels, result.pixels.begin(), combine);
  return result;
}

}  // namespace

Result<Picture> threshold_mask(const LogitMap& logits, picture::Extent to, double threshold) {
  TROUPE_RETURN_IF_ERROR(picture::check_extent(to.width, to.height));
  TROUPE_RETURN_IF_ERROR(picture::check_extent(logits.width, logits.height));
  const std::size_t count = static_cast<std::size_t>(logits.width) * static_cast<std::size_t>(logits.height);
  const auto finite = [](float value) { return std::isfinite(value); };
  if (logits.values.size() != count || !std::ranges::all_of(logits.values, finite)) {
    return Status(Code::kInvalid, "segment: the map of scores has holes or is not of its own size");
  }
  return catch_cv("threshold a mask", [&]() -> Result<Picture> {
    const cv::Mat map(logits.height, logits.width, CV_32F, const_cast<float*>(logits.values.data()));
    cv::Mat scores;
    cv::resize(map, scores, {to.width, to.height}, 0, 0, cv::INTER_LINEAR);
    Picture mask = picture::make_picture(to, 1, 0);
    // sigmoid(x) > t where x > log(t / (1 - t)); infinite at the ends, as it should be.
    const double least = std::log(threshold / (1 - threshold));
    cv::Mat target = view(mask);
    cv::compare(scores, least, target, cv::CMP_GT);
    return mask;
  });
}

Result<Picture> box_mask(const std::array<double, 4>& box, picture::Extent extent) {
  TROUPE_RETURN_IF_ERROR(picture::check_extent(extent.width, extent.height));
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(box, finite) || box[2] < 0 || box[3] < 0) {
    return Status(Code::kInvalid, "a box is x, y, width and height in shares of the picture, 0 to 1");
  }
  const auto [left, right] = pixels_of(box[0], box[2], extent.width);
  const auto [top, bottom] = pixels_of(box[1], box[3], extent.height);
  Picture mask = picture::make_picture(extent, 1, 0);
  if (left == right) return mask;
  for (int y = top; y < bottom; ++y) std::fill_n(mask.at(left, y), right - left, std::uint8_t{255});
  return mask;
}

Result<Picture> unite(const Picture& a, const Picture& b) {
  return combined(a, b, [](std::uint8_t x, std::uint8_t y) { return std::max(x, y); });
}

Result<Picture> subtract(const Picture& a, const Picture& b) {
  return combined(a, b, [](std::uint8_t x, std::uint8_t y) { return std::min(x, static_cast<std::uint8_t>(255 - y)); });
}

Result<Picture> invert(const Picture& mask) {
  return combined(mask, mask, [](std::uint8_t x, std::uint8_t) { return static_cast<std::uint8_t>(255 - x); });
}

Result<Picture> resize_mask(const Picture& mask, picture::Extent to) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  TROUPE_RETURN_IF_ERROR(picture::check_extent(to.width, to.height));
  return catch_cv("resize a mask", [&]() -> Result<Picture> {
    Picture result = picture::make_picture(to, 1, 0);
    cv::Mat target = view(result);
    cv::resize(view(mask), target, {to.width, to.height}, 0, 0, cv::INTER_NEAREST_EXACT);
    return result;
  });
}

Result<std::optional<picture::Box>> bounding_box(const Picture& mask) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  return catch_cv("bound a mask", [&]() -> Result<std::optional<picture::Box>> {
    const cv::Rect box = cv::boundingRect(view(mask));
    if (box.empty()) return std::optional<picture::Box>();
    return std::optional(picture::Box{box.x, box.y, box.width, box.height});
  });
}

Result<double> coverage(const Picture& mask) {
  TROUPE_RETURN_IF_ERROR(check_mask(mask));
  std::uint64_t sum = 0;
  for (const std::uint8_t value : mask.pixels) sum += value;
  return static_cast<double>(sum) / (255.0 * static_cast<double>(mask.pixels.size()));
}

}  // namespace troupe::vision
