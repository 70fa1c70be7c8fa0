// Excluded cells: each digit of a dimension satisfies some of the rules, one bit a rule; a cell is excluded when some
// rule is satisfied by all of its digits. Counting goes dimension by dimension over the distinct masks, never over the
// cells.
#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>

#include "common/base/limits.h"
#include "common/manifest/reader.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

// What the rules say about one axis.
struct Sweep::AxisMarks {
  std::uint64_t rules = 0;                // that look at the axis
  std::vector<std::uint64_t> listed;      // of them, those that a digit satisfies: of axes that list their values
  std::map<Digit, std::uint64_t> ranged;  // the same of ranges of seeds, which are far too long for a list

  void add(const Axis& axis, const DigitSet& digits, std::uint64_t bit) {
    const bool list = axis.kind() != AxisKind::kSeed || axis.seeds().listed();
    if (list) listed.resize(axis.size());
    for (const DigitRange range : digits) {
      for (Digit digit = range.first; digit < range.end; ++digit) (list ? listed[digit] : ranged[digit]) |= bit;
    }
  }
  std::uint64_t of(Digit digit) const {
    if (digit < listed.size()) return listed[digit];
    const auto found = ranged.find(digit);
    return found == ranged.end() ? 0 : found->second;
  }
  void add_digits(std::vector<Digit>& digits) const {
    for (Digit digit = 0; digit < listed.size(); ++digit) {
      if (listed[digit] != 0) digits.push_back(digit);
    }
    for (const auto& [digit, bits] : ranged) digits.push_back(digit);
  }
};

Status Sweep::mark_excluded() {
  if (spec_.excludes.size() > limits::kMaxExcludes) {
    return Status(Code::kInvalid,
                  "sweep.exclude has " + std::to_string(spec_.excludes.size()) + " rules; the most is " +
                      std::to_string(limits::kMaxExcludes),
                  spec_.excludes.front().place);
  }
  std::vector<AxisMarks> marks(spec_.axes.size());
  for (std::size_t rule = 0; rule < spec_.excludes.size(); ++rule) {
    const std::uint64_t bit = std::uint64_t{1} << rule;
    rules_ |= bit;
    TROUPE_RETURN_IF_ERROR(mark_rule(spec_.excludes[rule], bit, marks));
  }
  for (Dimension& dimension : dimensions_) {
    std::vector<Digit> touched;
    for (const std::size_t axis : dimension.axes) {
      dimension.mask &= ~marks[axis].rules;
      marks[axis].add_digits(touched);
    }
    std::ranges::sort(touched);
    touched.erase(std::ranges::unique(touched).begin(), touched.end());
    for (const Digit digit : touched) {
      std::uint64_t mask = ~std::uint64_t{0};
      for (const std::size_t axis : dimension.axes) mask &= ~marks[axis].rules | marks[axis].of(digit);
      dimension.exceptions.emplace_back(digit, mask);
    }
  }
  return {};
}

Status Sweep::mark_rule(const ExcludeRule& rule, std::uint64_t bit, std::vector<AxisMarks>& marks) const {
  if (rule.terms.empty()) return Status(Code::kInvalid, "sweep.exclude: a rule without axes", rule.place);
  for (const ExcludeRule::Term& term : rule.terms) {
    const auto axis = axis_number(term.axis);
    if (!axis) {
      return Status(Code::kInvalid,
                    "sweep.exclude: no axis \"" + term.axis + "\"" + did_you_mean(term.axis, axis_names()) +
                        "; axes: " + join(axis_names()),
                    term.place);
    }
    AxisMarks& mark = marks[*axis];
    if (mark.rules & bit) {
      return Status(Code::kInvalid, "sweep.exclude: " + term.axis + " stands in a rule twice", rule.place);
    }
    mark.rules |= bit;
    std::set<std::string_view> seen;
    for (const std::string& value : term.values) {
      if (!seen.insert(value).second) continue;
      const DigitSet digits = spec_.axes[*axis].find(value);
      if (digits.empty()) {
        return Status(
            Code::kInvalid,
            "sweep.exclude: " + term.axis + " has no value \"" + value + "\"; it has " + spec_.axes[*axis].describe(),
            term.place);
      }
      mark.add(spec_.axes[*axis], digits, bit);
    }
  }
  return {};
}

Result<std::uint64_t> Sweep::count(const std::vector<DigitSet>& allowed) const {
  std::uint64_t untouched = 1;  // combinations of the dimensions that no rule looks at
  struct Touched {
    std::uint64_t rules = 0;                         // that look at it
    std::map<std::uint64_t, std::uint64_t> classes;  // how many allowed digits have a mask
  };
  std::vector<Touched> touched;
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    const Dimension& dimension = dimensions_[d];
    std::uint64_t plain = manifest::count(allowed[d]);
    const std::uint64_t rules = rules_ & ~dimension.mask;
    if (rules == 0) {
      untouched *= plain;
      continue;
    }
    Touched entry{rules, {}};
    for (const auto& [digit, mask] : dimension.exceptions) {
      if (!contains(allowed[d], digit)) continue;
      entry.classes[mask & rules_] += 1;
      plain -= 1;
    }
    if (plain > 0) entry.classes[dimension.mask & rules_] += plain;
    touched.push_back(std::move(entry));
  }
  // The dimension that most rules look at comes first: rules are then settled early, and few masks are in flight.
  std::ranges::stable_sort(touched, std::ranges::greater{}, [](const Touched& t) { return std::popcount(t.rules); });
  std::map<std::uint64_t, std::uint64_t> states{{rules_, 1}};
  for (std::size_t t = 0; t < touched.size(); ++t) {
    std::uint64_t open = 0;  // rules that later dimensions look at
    for (std::size_t later = t + 1; later < touched.size(); ++later) open |= touched[later].rules;
    std::map<std::uint64_t, std::uint64_t> next;
    for (const auto& [state, ways] : states) {
      for (const auto& [mask, digits] : touched[t].classes) {
        const std::uint64_t matching = state & mask;
        if ((matching & ~open) == 0) next[matching] += ways * digits;
      }
    }
    if (next.size() > limits::kMaxExcludeStates) {
      return Status(Code::kInvalid, "the rules of sweep.exclude are too entangled to count the cells; use fewer",
                    spec_.excludes.front().place);
    }
    states = std::move(next);
  }
  std::uint64_t kept = 0;
  for (const auto& [state, ways] : states) kept += ways;
  return kept * untouched;
}

}  // namespace troupe::manifest
