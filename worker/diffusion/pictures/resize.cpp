#include "worker/diffusion/pictures/resize.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "worker/diffusion/pictures/picture_bytes.h"

namespace troupe::diffusion {
namespace {

constexpr int kFractionBits = 22;  // of a weight

double sinc(double x) {
  if (x == 0) return 1;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double support_of(Filter filter) {
  return filter == Filter::kLanczos ? 3 : filter == Filter::kBicubic ? 2 : 1;
}

double weight_at(Filter filter, double x) {
  if (filter == Filter::kLanczos) return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  x = std::abs(x);
  if (filter == Filter::kBilinear) return std::max(0.0, 1 - x);
  constexpr double a = -0.5;  // Keys 1981
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

// One output position of an axis: weights of the inputs from `first` on, which add up to 1 << kFractionBits.
struct Taps {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<Taps> taps_of_axis(std::int64_t from, std::int64_t to, Filter filter) {
  const double scale = static_cast<double>(from) / static_cast<double>(to), widened = std::max(scale, 1.0);
  const double support = support_of(filter) * widened;
  std::vector<Taps> axis;
  for (std::int64_t i = 0; i < to; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale;
    Taps taps{std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - support + 0.5)), {}};
    const std::int64_t end = std::min(from, static_cast<std::int64_t>(centre + support + 0.5));
    std::vector<double> weights;
    double sum = 0;
    for (std::int64_t j = taps.first; j < end; ++j) {
      sum += weights.emplace_back(weight_at(filter, (static_cast<double>(j) - centre + 0.5) / widened));
    }
    for (const double weight : weights) {
      taps.weights.push_back(static_cast<std::int32_t>(std::round(weight / sum * (1 << kFractionBits))));
    }
    axis.push_back(std::move(taps));
  }
  return axis;
}

// [outer, from, inner] -> [outer, to, inner].
at::Tensor filter_axis(const at::Tensor& bytes, std::int64_t to, Filter filter) {
  const std::int64_t from = bytes.size(1), inner = bytes.size(2);
  if (from == to) return bytes;
  const std::vector<Taps> axis = taps_of_axis(from, to, filter);
  const at::Tensor source = bytes.contiguous(), result = at::empty({source.size(0), to, inner}, at::kByte);
  std::uint8_t* out = result.mutable_data_ptr<std::uint8_t>();
  for (std::int64_t outer = 0; outer < source.size(0); ++outer) {
    const std::uint8_t* in = source.const_data_ptr<std::uint8_t>() + outer * from * inner;
    for (const Taps& taps : axis) {
      for (std::int64_t c = 0; c < inner; ++c) {
        const std::uint8_t* value = in + taps.first * inner + c;
        std::int32_t sum = 1 << (kFractionBits - 1);
        for (const std::int32_t weight : taps.weights) {
          sum += weight * *value;
          value += inner;
        }
        *out++ = static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
      }
    }
  }
  return result;
}

at::Tensor nearest_positions(std::int64_t from, std::int64_t to) {
  const at::Tensor centres =
      (at::arange(to, at::kDouble) + 0.5) * (static_cast<double>(from) / static_cast<double>(to));
  return centres.floor().to(at::kLong).clamp_max(from - 1);
}

}  // namespace

at::Tensor resize_bytes(const at::Tensor& bytes, std::int64_t height, std::int64_t width, Filter filter) {
  if (filter == Filter::kNearest) {
    return bytes.index_select(0, nearest_positions(bytes.size(0), height))
        .index_select(1, nearest_positions(bytes.size(1), width));
  }
  const std::int64_t channels = bytes.dim() == 3 ? bytes.size(2) : 1;
  const at::Tensor wide = filter_axis(bytes.reshape({bytes.size(0), bytes.size(1), channels}), width, filter);
  const at::Tensor rows = filter_axis(wide.reshape({1, bytes.size(0), width * channels}), height, filter);
  return bytes.dim() == 3 ? rows.reshape({height, width, channels}) : rows.reshape({height, width});
}

at::Tensor latent_mask(const at::Tensor& mask, std::int64_t height, std::int64_t width) {
  const at::Tensor repainted = (mask >= kRepaintedFrom).to(at::kFloat).unsqueeze(0).unsqueeze(0);
  return at::upsample_nearest2d(repainted, {height, width});
}

}  // namespace troupe::diffusion
