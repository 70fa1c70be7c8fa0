// Do the output paths of all cells differ? Decided from the template and the axes, never by listing the cells. Inside
// this library only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

// A path as literals and what varies from cell to cell.
struct PathPiece {
  enum class Kind { kLiteral, kAxis, kIndex };
  Kind kind = Kind::kLiteral;
  std::string text;      // of kLiteral
  std::size_t axis = 0;  // of kAxis: number in sweep.axes()
};

// kInvalid (without a place) naming the axes that are missing, or the two that run into each other.
Status check_separates(const Sweep& sweep, const std::vector<PathPiece>& pieces);

}  // namespace troupe::manifest
