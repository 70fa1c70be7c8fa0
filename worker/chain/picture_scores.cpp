#include "worker/chain/picture_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace troupe::chain {
namespace {

constexpr std::uint8_t kOn = 128;

// Sums of integers are the same in any order: so are the scores on any machine.
struct Moments {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t squares = 0;

  void add(std::int64_t value, std::int64_t times = 1) {
    count += times;
    sum += value * times;
    squares += value * value * times;
  }
  double variance() const {
    if (count == 0) return 0;
    const double mean = static_cast<double>(sum) / static_cast<double>(count);
    return std::max(0.0, static_cast<double>(squares) / static_cast<double>(count) - mean * mean);
  }
};

// In 256ths of a level, so that the squares of the largest picture fit.
std::vector<std::int32_t> grey_of(const picture::Picture& image) {
  const auto step = static_cast<std::size_t>(image.channels);
  std::vector<std::int32_t> grey(image.pixels.size() / step);
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const std::uint8_t* pixel = image.pixels.data() + i * step;
    grey[i] = step < 3 ? 256 * pixel[0] : 77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2];
  }
  return grey;
}

}  // namespace

double deviation(const picture::Picture& image) {
  const auto step = static_cast<std::size_t>(image.channels);
  // How often each level occurs, by channel.
  std::array<std::array<std::int64_t, 256>, 4> levels{};
  for (std::size_t i = 0; i + step <= image.pixels.size(); i += step) {
    for (std::size_t c = 0; c < step; ++c) ++levels[c][image.pixels[i + c]];
  }
  double greatest = 0;
  for (std::size_t c = 0; c < std::min<std::size_t>(step, 3); ++c) {
    Moments moments;
    for (std::int64_t level = 0; level < 256; ++level) moments.add(level, levels[c][static_cast<std::size_t>(level)]);
    greatest = std::max(greatest, std::sqrt(moments.variance()));
  }
  return greatest;
}

double sharpness(const picture::Picture& image) {
  const std::vector<std::int32_t> grey = grey_of(image);
  const auto width = static_cast<std::size_t>(image.width);
  const auto height = static_cast<std::size_t>(image.height);
  Moments moments;
  for (std::size_t y = 1; y + 1 < height; ++y) {
    for (std::size_t x = 1; x + 1 < width; ++x) {
      const std::int32_t* at = grey.data() + y * width + x;
      const auto line = static_cast<std::ptrdiff_t>(width);
      moments.add(std::int64_t{at[-1]} + at[1] + at[-line] + at[line] - 4 * std::int64_t{at[0]});
    }
  }
  return moments.variance() / 65536;
}

double covered_share(const picture::Picture& mask) {
  if (mask.pixels.empty()) return 0;
  const auto on = std::ranges::count_if(mask.pixels, [](std::uint8_t value) { return value >= kOn; });
  return static_cast<double>(on) / static_cast<double>(mask.pixels.size());
}

}  // namespace troupe::chain
