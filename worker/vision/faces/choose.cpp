#include "worker/vision/faces/choose.h"

#include <algorithm>
#include <numeric>

namespace troupe::vision {

std::vector<std::size_t> ordered(const std::vector<Face>& faces, Which which, const std::vector<double>& likeness) {
  std::vector<std::size_t> places(faces.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  const auto key = [&](std::size_t place) -> double {
    const Face& face = faces[place];
    const double middle = (static_cast<double>(face.left) + static_cast<double>(face.right)) / 2;
    switch (which) {
      case Which::kLargest: return -static_cast<double>(face.area());
      case Which::kLeft: return middle;
      case Which::kRight: return -middle;
      case Which::kBest: return -likeness.at(place);
    }
    return 0;
  };
  std::ranges::stable_sort(places, std::less<>(), key);
  return places;
}

}  // namespace troupe::vision
