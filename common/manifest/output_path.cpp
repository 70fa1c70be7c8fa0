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
    std::vector<std::string> next;
    for (const std::string& start : made) {
      for (const std::string& text : texts(axis))
        next.push_back(start + text + (at < last ? path.literals[at + 1] : ""));
    }
    made = std::move(next);
  }
  return std::unordered_set<std::string>(made.begin(), made.end()).size() == made.size();
}

Status check_readable(const Sweep& sweep, const Path& path) {
  if (path.variables.empty()) return {};
  std::size_t first = 0;
  std::size_t last = path.variables.size() - 1;
  while (first < last) {
    if (is_delimited(sweep, *path.variables[first], path.literals[first + 1], false)) {
      if (path.variables[first++]->kind == PathPiece::Kind::kIndex) return {};
    } else if (is_delimited(sweep, *path.variables[last], path.literals[last], true)) {
      if (path.variables[last--]->kind == PathPiece::Kind::kIndex) return {};
    } else if (all_differ(sweep, path, first, last)) {
      return {};
    } else {
      const auto name = [&](const PathPiece& piece) {
        return piece.kind == PathPiece::Kind::kIndex ? "index" : sweep.axes()[piece.axis].name();
      };
      return Status(Code::kInvalid,
                    "output.path: values of {" + name(*path.variables[first]) + "} and {" +
                        name(*path.variables[first + 1]) +
                        "} run into each other, so that two cells could get the same path; put \"/\" between them");
    }
  }
  return {};
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
