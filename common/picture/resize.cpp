#include "common/picture/resize.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace troupe::picture {
namespace {

// One output pixel of an axis: weights of the input pixels from `first` on. They add up to 1.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

double lanczos3(double x) {
  x = std::abs(x);
  if (x < 1e-9) return 1;
  if (x >= 3) return 0;
  const double t = std::numbers::pi * x;
  return 3 * std::sin(t) * std::sin(t / 3) / (t * t);
}

// Keys 1981 with a = -1/2.
double catmull_rom(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

std::vector<Taps> shrinking(int from, int to) {
  std::vector<Taps> all(static_cast<std::size_t>(to));
  const double scale = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * scale, end = (i + 1) * scale;
    Taps& taps = all[static_cast<std::size_t>(i)];
    taps.first = static_cast<int>(begin);
    for (int j = taps.first; j < from && j < end - 1e-9; ++j) {
      taps.weights.push_back(static_cast<float>((std::min(end, j + 1.0) - std::max<double>(begin, j)) / scale));
    }
  }
  return all;
}

std::vector<Taps> enlarging(int from, int to, Enlarge enlarge) {
  std::vector<Taps> all(static_cast<std::size_t>(to));
  const int reach = enlarge == Enlarge::kLanczos3 ? 3 : 2;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * from / to - 0.5;
    const int begin = static_cast<int>(std::floor(centre)) - reach + 1;
    Taps& taps = all[static_cast<std::size_t>(i)];
    taps.first = std::clamp(begin, 0, from - 1);
    const int last = std::clamp(begin + 2 * reach - 1, 0, from - 1);
    std::vector<double> weights(static_cast<std::size_t>(last - taps.first + 1), 0);
    double sum = 0;
    for (int j = begin; j < begin + 2 * reach; ++j) {  // beyond the border its last pixel is repeated
      const double weight = reach == 3 ? lanczos3(centre - j) : catmull_rom(centre - j);
      weights[static_cast<std::size_t>(std::clamp(j, taps.first, last) - taps.first)] += weight;
      sum += weight;
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
  }
  return all;
}

std::vector<Taps> taps_of_axis(int from, int to, Enlarge enlarge) {
  return to < from ? shrinking(from, to) : enlarging(from, to, enlarge);
}

using Row = std::vector<float>;
// Fills a row of the input; takes a row of the output.
using Load = std::function<void(int y, Row& row)>;
using Store = std::function<void(int y, const Row& row)>;

void filter_rows(Extent from, int to_width, std::size_t channels, const std::vector<Taps>& axis, const Load& load,
                 const Store& store) {
  Row in(static_cast<std::size_t>(from.width) * channels), out(static_cast<std::size_t>(to_width) * channels);
  for (int y = 0; y < from.height; ++y) {
    load(y, in);
    std::size_t at = 0;
    for (const Taps& taps : axis) {
      for (std::size_t c = 0; c < channels; ++c) {
        const float* pixel = in.data() + static_cast<std::size_t>(taps.first) * channels + c;
        float sum = 0;
        for (const float weight : taps.weights) {
          sum += weight * *pixel;
          pixel += channels;
        }
        out[at++] = sum;
      }
    }
    store(y, out);
  }
}

void filter_columns(int width, std::size_t channels, const std::vector<Taps>& axis, const Load& load,
                    const Store& store) {
  Row in(static_cast<std::size_t>(width) * channels), out(in.size());
  for (std::size_t y = 0; y < axis.size(); ++y) {
    std::fill(out.begin(), out.end(), 0.0f);
    int row = axis[y].first;
    for (const float weight : axis[y].weights) {
      load(row++, in);
      for (std::size_t i = 0; i < in.size(); ++i) out[i] += weight * in[i];
    }
    store(static_cast<int>(y), out);
  }
}

// Colours of a picture with alpha are multiplied by it while they are filtered.
void load_pixels(const Picture& picture, int y, Row& row) {
  const std::uint8_t* from = picture.at(0, y);
  std::copy(from, from + row.size(), row.begin());
  if (picture.channels != 4) return;
  for (std::size_t i = 0; i < row.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c) row[i + c] *= row[i + 3] / 255;
  }
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
}

void store_pixels(Picture& picture, int y, const Row& row) {
  std::uint8_t* to = picture.at(0, y);
  if (picture.channels != 4) {
    std::ranges::transform(row, to, to_byte);
    return;
  }
  for (std::size_t i = 0; i < row.size(); i += 4) {
    const float alpha = std::clamp(row[i + 3], 0.0f, 255.0f);
    for (std::size_t c = 0; c < 3; ++c) to[i + c] = alpha < 0.5f ? 0 : to_byte(row[i + c] * 255 / alpha);
    to[i + 3] = to_byte(alpha);
  }
}

}  // namespace

Result<Picture> resize(const Picture& picture, Extent to, Enlarge enlarge) {
  TROUPE_RETURN_IF_ERROR(check_picture(picture));
  TROUPE_RETURN_IF_ERROR(check_extent(to.width, to.height));
  const Extent from{picture.width, picture.height};
  if (from == to) return picture;
  const std::size_t channels = static_cast<std::size_t>(picture.channels);
  const std::vector<Taps> columns = taps_of_axis(from.width, to.width, enlarge);
  const std::vector<Taps> rows = taps_of_axis(from.height, to.height, enlarge);

  Picture out = make_picture(to, picture.channels, 0);
  std::vector<Row> between;
  const Load load_source = [&picture](int y, Row& row) { load_pixels(picture, y, row); };
  const Store keep = [&between](int, const Row& row) { between.push_back(row); };
  const Load load_kept = [&between](int y, Row& row) { row = between[static_cast<std::size_t>(y)]; };
  const Store store_result = [&out](int y, const Row& row) { store_pixels(out, y, row); };
  // The order that keeps less in between: never more pixels than the larger of the two pictures.
  const bool rows_first =
      static_cast<std::int64_t>(from.height) * to.width <= static_cast<std::int64_t>(to.height) * from.width;
  if (rows_first) {
    filter_rows(from, to.width, channels, columns, load_source, keep);
    filter_columns(to.width, channels, rows, load_kept, store_result);
  } else {
    filter_columns(from.width, channels, rows, load_source, keep);
    filter_rows({from.width, to.height}, to.width, channels, columns, load_kept, store_result);
  }
  return out;
}

Extent fit_within(Extent extent, Extent box) {
  const double scale =
      std::min(static_cast<double>(box.width) / extent.width, static_cast<double>(box.height) / extent.height);
  const auto scaled = [scale](int side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
  return {scaled(extent.width), scaled(extent.height)};
}

Result<Picture> thumbnail(const Picture& picture, Extent box) {
  TROUPE_RETURN_IF_ERROR(check_picture(picture));
  return resize(picture, fit_within({picture.width, picture.height}, box));
}

}  // namespace troupe::picture
