// Which of a picture's faces is meant.
#pragma once

#include <cstddef>
#include <vector>

#include "worker/vision/faces/face.h"

namespace troupe::vision {

enum class Which {
  kLargest,  // by the area of its box
  kLeft,     // by the middle of its box, from the left
  kRight,    // from the right
  kBest,     // by its likeness to a reference
};

// Places in `faces` in the order that `which` gives them, the first meant first; equal ones as they come. `likeness`
// has one number a face for kBest, and is not looked at else.
std::vector<std::size_t> ordered(const std::vector<Face>& faces, Which which, const std::vector<double>& likeness);

}  // namespace troupe::vision
