#include "worker/chain/gates.h"

#include <algorithm>
#include <cmath>

namespace troupe::chain {
namespace {

// Below this spread, in levels of 0 to 255, a picture is of one colour for the eye.
constexpr double kBlankDeviation = 2.0;

// The greatest standard deviation of a colour channel, in levels.
double deviation(const picture::Picture& image) {
  const int colours = std::min(image.channels, 3);
  const double count = static_cast<double>(image.width) * image.height;
  double greatest = 0;
  for (int c = 0; c < colours && count > 0; ++c) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = static_cast<std::size_t>(c); i < image.pixels.size();
         i += static_cast<std::size_t>(image.channels)) {
      const double value = image.pixels[i];
      sum += value;
      squares += value * value;
    }
    greatest = std::max(greatest, std::sqrt(std::max(0.0, squares / count - (sum / count) * (sum / count))));
  }
  return greatest;
}

}  // namespace

Status check_gates(const manifest::Gates& gates) {
  if (gates.identity) {
    return Status(Code::kInvalid, "this engine cannot judge the gate \"identity\"; it has: blank");
  }
  return {};
}

std::optional<std::string> refused(const manifest::Gates& gates, Frame& frame) {
  if (!gates.blank) return std::nullopt;
  const double spread = deviation(frame.image);
  frame.metadata["gates"]["blank"] = spread;
  if (spread >= kBlankDeviation) return std::nullopt;
  return "the picture is of one colour (gate blank)";
}

}  // namespace troupe::chain
