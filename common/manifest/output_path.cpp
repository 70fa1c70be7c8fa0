#include "common/manifest/output_path.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

constexpr std::uint64_t kMostCombinations = 100'000;

// Literal 0, variable 0, literal 1, variable 1, ..., literal n.
struct Path {
  std::vector<std::string> literals{""};
  std::vector<const PathPiece*> variables;
};

bool listed(const Axis& axis) {
  return axis.kind() != AxisKind::kSeed || axis.seeds().listed();
}

std::vector<std::string> texts(const Axis& axis) {
  std::set<std::string> distinct;
  for (Digit digit = 0; digit < axis.size(); ++digit) distinct.insert(axis.text(digit));
  return {distinct.begin(), distinct.end()};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Whether a variable's text ends where the literal after it starts, whatever follows: no text with the literal begins
// another one. `reversed` asks the same from the end of the path.
bool is_delimited(const Sweep& sweep, const PathPiece& variable, std::string literal, bool reversed) {
  if (variable.kind == PathPiece::Kind::kIndex) return true;  // all have the same width
  const Axis& axis = sweep.axes()[variable.axis];
  if (reversed) std::ranges::reverse(literal);
  if (!listed(axis)) {
    const bool same_width = axis.text(0).size() == axis.text(axis.size() - 1).size() && !axis.seeds().scattered();
    return same_width || (!literal.empty() && !is_digit(literal.front()));
  }
  std::vector<std::string> ends = texts(axis);
  for (std::string& text : ends) {
    if (reversed) std::ranges::reverse(text);
    text += literal;
  }
  std::ranges::sort(ends);
  return std::ranges::adjacent_find(
             ends, [](const std::string& a, const std::string& b) { return b.starts_with(a); }) == ends.end();
}

// Writes out the combinations of the variables first..last; false when two are equal or there are too many.
bool all_differ(const Sweep& sweep, const Path& path, std::size_t first, std::size_t last) {
  std::vector<std::string> made{""};
  for (std::size_t at = first; at <= last; ++at) {
    if (path.variables[at]->kind == PathPiece::Kind::kIndex) return false;
    const Axis& axis = sweep.axes()[path.variables[at]->axis];
    if (axis.size() > kMostCombinations / made.size()) return false;
    const std::string literal = at < last ? path.literals[at + 1] : "";
    const std::vector<std::string> ends = texts(axis);
    std::vector<std::string> next;
    for (const std::string& start : made) {
      for (const std::string& end : ends) next.push_back(start + end + literal);
    }
    made = std::move(next);
  }
  return std::unordered_set<std::string>(made.begin(), made.end()).size() == made.size();
}

// Reads a path back, as it were: from the left as long as each variable's end is clear, then from the right, and what
// is left in the middle is written out. Where all of that fails, two cells may share a path.
Status check_readable(const Sweep& sweep, const Path& path) {
  if (path.variables.empty()) return {};
  std::size_t first = 0;
  std::size_t last = path.variables.size() - 1;
  std::set<std::size_t> known;  // axes whose text is clear already: further ones of them are, too
  const auto is_clear = [&](std::size_t at, bool reversed) {
    const PathPiece& variable = *path.variables[at];
    if (variable.kind == PathPiece::Kind::kAxis && known.contains(variable.axis)) return true;
    if (!is_delimited(sweep, variable, path.literals[reversed ? at : at + 1], reversed)) return false;
    if (variable.kind == PathPiece::Kind::kAxis) known.insert(variable.axis);
    return true;
  };
  const auto is_index = [&](std::size_t at) { return path.variables[at]->kind == PathPiece::Kind::kIndex; };
  for (; first < last && is_clear(first, false); ++first) {
    if (is_index(first)) return {};
  }
  for (; first < last && is_clear(last, true); --last) {
    if (is_index(last)) return {};
  }
  if (first == last || all_differ(sweep, path, first, last)) return {};
  const auto name = [&](std::size_t at) {
    return is_index(at) ? "index" : sweep.axes()[path.variables[at]->axis].name();
  };
  return Status(Code::kInvalid, "output.path: values of {" + name(first) + "} and {" + name(first + 1) +
                                    "} run into each other, so that two cells could get the same path; put \"/\" "
                                    "between them");
}

// The axis to add for a dimension that the path's axes do not tell apart.
std::optional<std::string> missing_axis(const Sweep& sweep, const Sweep::Dimension& dimension,
                                        const std::set<std::size_t>& used) {
  if (dimension.size == 1) return std::nullopt;
  std::vector<std::size_t> members;
  for (const std::size_t axis : dimension.axes) {
    if (!used.contains(axis)) continue;
    if (!listed(sweep.axes()[axis])) return std::nullopt;
    members.push_back(axis);
  }
  std::set<std::vector<std::string>> seen;
  for (Digit digit = 0; !members.empty() && digit < dimension.size; ++digit) {
    std::vector<std::string> values;
    for (const std::size_t axis : members) values.push_back(sweep.axes()[axis].text(digit));
    seen.insert(std::move(values));
  }
  if (seen.size() == dimension.size) return std::nullopt;
  const auto missing = std::ranges::find_if(dimension.axes, [&](std::size_t axis) { return !used.contains(axis); });
  return sweep.axes()[*missing].name();
}

}  // namespace

Status check_separates(const Sweep& sweep, const std::vector<PathPiece>& pieces) {
  Path path;
  std::set<std::size_t> used;
  bool has_index = false;
  for (const PathPiece& piece : pieces) {
    if (piece.kind == PathPiece::Kind::kLiteral) {
      path.literals.back() += piece.text;
      continue;
    }
    path.literals.emplace_back();
    path.variables.push_back(&piece);
    if (piece.kind == PathPiece::Kind::kIndex) {
      has_index = true;
    } else {
      used.insert(piece.axis);
    }
  }
  std::vector<std::string> missing;
  for (const Sweep::Dimension& dimension : sweep.dimensions()) {
    if (has_index) break;
    if (const auto axis = missing_axis(sweep, dimension, used)) missing.push_back("{" + *axis + "}");
  }
  if (!missing.empty()) {
    return Status(Code::kInvalid, "output.path does not separate all cells: add " + join(missing));
  }
  return check_readable(sweep, path);
}

}  // namespace troupe::manifest
