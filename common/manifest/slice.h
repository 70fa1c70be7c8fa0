// A set of cells by axis values: "character=mia|leo,seed=1..10". Terms are joined by "," (and), values by "|" (or); a
// range low..high includes both ends and is for numbers. The empty text is every cell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/manifest/sweep.h"

namespace troupe::manifest {

class Slice {
 public:
  // kInvalid naming the unknown axis or value and what there is instead. A slice that holds nothing (zipped axes that
  // exclude each other) is no error.
  static Result<Slice> parse(const Sweep& sweep, std::string_view text);

  // As it was given.
  const std::string& text() const { return text_; }
  // Looks at the axes only: excluded cells match too.
  bool matches(JobIndex index) const;
  // The digits that match of the sweep's dimension number `dimension`.
  const DigitSet& allowed(std::size_t dimension) const { return parts_[dimension].allowed; }
  // How many indices match, the excluded ones among them.
  std::uint64_t positions() const { return positions_; }
  // The matching index number k (counting from 0) in ascending order, without a walk. Needs k < positions().
  JobIndex at(std::uint64_t k) const;
  // How many matching cells are not excluded.
  std::uint64_t cells() const { return cells_; }
  // True when every cell matches.
  bool everything() const { return everything_; }

 private:
  struct Part {
    std::uint64_t size = 1;    // of the sweep's dimension
    std::uint64_t stride = 1;  // of the sweep's dimension
    DigitSet allowed;
    std::vector<std::uint64_t> before;  // digits allowed before each range
    std::uint64_t allowed_count = 0;
  };
  std::string text_;
  std::vector<Part> parts_;
  std::uint64_t positions_ = 0;
  std::uint64_t cells_ = 0;
  bool everything_ = true;
};

}  // namespace troupe::manifest
