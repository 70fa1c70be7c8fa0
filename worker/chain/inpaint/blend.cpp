#include "worker/chain/inpaint/blend.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace troupe::chain {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();

// Squared distances of a line to its nearest sources, from those at hand (Felzenszwalb and Huttenlocher 2012): the
// lower envelope of parabolas. `values` and `out` step by `stride`.
class LineDistances {
 public:
  explicit LineDistances(std::size_t longest) : values_(longest), places_(longest), borders_(longest + 1) {}

  void run(float* line, std::size_t count, std::size_t stride) {
    for (std::size_t i = 0; i < count; ++i) values_[i] = line[i * stride];
    std::size_t parabolas = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (values_[i] == kFar) continue;
      double border = -std::numeric_limits<double>::infinity();
      while (parabolas > 0 && (border = crossing(places_[parabolas - 1], i)) <= borders_[parabolas - 1]) --parabolas;
      if (parabolas == 0) border = -std::numeric_limits<double>::infinity();
      places_[parabolas] = i;
      borders_[parabolas++] = border;
    }
    if (parabolas == 0) return;
    for (std::size_t i = 0, k = 0; i < count; ++i) {
      while (k + 1 < parabolas && borders_[k + 1] < static_cast<double>(i)) ++k;
      const double off = static_cast<double>(i) - static_cast<double>(places_[k]);
      line[i * stride] = static_cast<float>(off * off + values_[places_[k]]);
    }
  }

 private:
  // Where the parabola of `right` becomes the lower one.
  double crossing(std::size_t left, std::size_t right) const {
    const double a = static_cast<double>(left), b = static_cast<double>(right);
    return ((values_[right] + b * b) - (values_[left] + a * a)) / (2 * (b - a));
  }

  std::vector<float> values_;
  std::vector<std::size_t> places_;
  std::vector<double> borders_;
};

// Of each pixel to the nearest one whose mask is repainted, or kept; infinite where there is none.
std::vector<float> distances(const picture::Picture& mask, bool to_repainted) {
  const auto width = static_cast<std::size_t>(mask.width), height = static_cast<std::size_t>(mask.height);
  std::vector<float> field(mask.pixels.size());
  std::ranges::transform(mask.pixels, field.begin(),
                         [&](std::uint8_t value) { return (value != 0) == to_repainted ? 0.0f : kFar; });
  LineDistances line(std::max(width, height));
  for (std::size_t y = 0; y < height; ++y) line.run(field.data() + y * width, width, 1);
  for (std::size_t x = 0; x < width; ++x) line.run(field.data() + x, height, width);
  for (float& value : field) value = std::sqrt(value);
  return field;
}

}  // namespace

std::vector<float> blend_weights(const picture::Picture& mask, int feather, bool strict) {
  std::vector<float> weights(mask.pixels.size());
  std::ranges::transform(mask.pixels, weights.begin(), [](std::uint8_t value) { return value != 0 ? 1.0f : 0.0f; });
  if (feather <= 0) return weights;
  const std::vector<float> inside = distances(mask, /*to_repainted=*/false);
  const auto soft = static_cast<float>(feather);
  if (strict) {
    // A pixel of the mask is at least 1 from what is kept, and takes something.
    std::ranges::transform(inside, weights.begin(), [&](float d) { return std::min(1.0f, d / (soft + 1)); });
    return weights;
  }
  const std::vector<float> outside = distances(mask, /*to_repainted=*/true);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float beyond_edge = mask.pixels[i] != 0 ? inside[i] - 0.5f : 0.5f - outside[i];
    weights[i] = std::clamp(0.5f + beyond_edge / soft, 0.0f, 1.0f);
  }
  return weights;
}

void blend(picture::Picture& image, const picture::Picture& painted, const Area& area,
           const std::vector<float>& weights) {
  for (int y = 0; y < area.height; ++y) {
    std::uint8_t* to = image.at(area.x, area.y + y);
    const std::uint8_t* from = painted.at(0, y);
    const float* weight =
        weights.data() + static_cast<std::size_t>(area.y + y) * static_cast<std::size_t>(image.width) + area.x;
    for (int i = 0; i < area.width * 3; ++i) {
      const float share = weight[i / 3];
      if (share <= 0) continue;
      to[i] = static_cast<std::uint8_t>(std::lround(to[i] + (from[i] - to[i]) * share));
    }
  }
}

}  // namespace troupe::chain
