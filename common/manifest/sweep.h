// The sweep of a campaign as arithmetic: nothing here walks the cells, so that 10^9 of them cost what ten do.
//
// An index counts through the axes like digits of a number, the first axis slowest. Axes that are zipped move together
// and count as one digit, at the place of the earliest of them. Excluded cells keep their index.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/status.h"
#include "common/manifest/axis.h"

namespace troupe::manifest {

struct AddressPart {
  std::string axis;
  std::string value;
  bool operator==(const AddressPart&) const = default;
};

// One cell by name, in the order of the manifest's axes.
struct Address {
  std::vector<AddressPart> parts;
  bool operator==(const Address&) const = default;
  // "character=mia,pose=sit,seed=7"; empty for a sweep without axes.
  std::string to_string() const;
};

// Cells that match every term are left out; a term matches any of its values.
struct ExcludeRule {
  struct Term {
    std::string axis;
    std::vector<std::string> values;
    Place place;  // of the values
  };
  std::vector<Term> terms;
  Place place;
};

struct ZipGroup {
  std::vector<std::string> axes;
  Place place;
};

// What a sweep is made of.
struct SweepSpec {
  std::vector<Axis> axes;
  std::vector<ZipGroup> zips;
  std::vector<ExcludeRule> excludes;
  std::string innermost;  // the axis that `select` compares; empty without select
  Place place;            // of the axes, for errors about all of them
};

class Sweep {
 public:
  // kInvalid: more than kMaxCells positions, zipped axes of unequal length, an axis zipped twice, a name or value that
  // is not there, nothing left after the excludes. The places come from the spec.
  static Result<Sweep> make(SweepSpec spec);

  const std::vector<Axis>& axes() const { return spec_.axes; }
  const std::vector<ZipGroup>& zips() const { return spec_.zips; }
  const std::vector<ExcludeRule>& excludes() const { return spec_.excludes; }
  // Null when there is no such axis.
  const Axis* find_axis(std::string_view name) const;
  // Its place in axes().
  std::optional<std::size_t> axis_number(std::string_view name) const;
  std::vector<std::string> axis_names() const;

  // Indices are 0..positions()-1, the excluded ones among them.
  std::uint64_t positions() const { return positions_; }
  // Positions that are not excluded: what a campaign renders.
  std::uint64_t cells() const { return cells_; }
  // Needs index < positions(), as do all below.
  bool excluded(JobIndex index) const;
  // Which value of axes()[axis] the cell has.
  Digit digit(JobIndex index, std::size_t axis) const;
  std::string value_text(JobIndex index, std::size_t axis) const { return spec_.axes[axis].text(digit(index, axis)); }
  // The value of the axis `seed`, 0 without one.
  std::uint32_t seed(JobIndex index) const;

  Address address(JobIndex index) const;
  // From "axis=value,..." in any order, or from a plain index ("17"). Axes with one value and zipped axes that follow
  // from another may be left out. kInvalid, naming what is unknown, missing or contradictory and what there is instead.
  Result<JobIndex> index_of(std::string_view address) const;

  // The order of running, a permutation of 0..positions()-1: the seed outermost (every other combination once before
  // the next seed), but with `select` its axis innermost, group by group.
  Rank rank_of(JobIndex index) const;
  JobIndex index_at(Rank rank) const;

  // A digit of the index: one axis, or several that are zipped.
  struct Dimension {
    std::vector<std::size_t> axes;  // positions in axes()
    std::uint64_t size = 1;
    std::uint64_t stride = 1;       // what one step adds to the index
    std::uint64_t rank_stride = 1;  // what one step adds to the rank
    // The exclude rules that a digit satisfies, one bit a rule: `mask`, but for the digits listed (sorted).
    std::uint64_t mask = ~0ull;
    std::vector<std::pair<Digit, std::uint64_t>> exceptions;
    Digit digit(JobIndex index) const { return index / stride % size; }
    std::uint64_t mask_of(Digit digit) const;
  };
  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  std::size_t dimension_of(std::size_t axis) const { return dimension_of_[axis]; }

  // Cells that are not excluded among those whose digits lie in `allowed`, one set a dimension. kInvalid when the rules
  // are too entangled to count (kMaxExcludeStates).
  Result<std::uint64_t> count(const std::vector<DigitSet>& allowed) const;

 private:
  Status check_axes();
  Status lay_out();
  Status check_distinct(const Dimension& dimension) const;
  Status order_ranks();
  Status mark_excluded();
  struct AxisMarks;
  Status mark_rule(const ExcludeRule& rule, std::uint64_t bit, std::vector<AxisMarks>& marks) const;

  SweepSpec spec_;
  std::vector<Dimension> dimensions_;
  std::vector<std::size_t> dimension_of_;  // by axis
  std::optional<std::size_t> seed_axis_;
  std::uint64_t rules_ = 0;  // one bit a rule
  std::uint64_t positions_ = 1;
  std::uint64_t cells_ = 1;
};

}  // namespace troupe::manifest
