#include <algorithm>
#include <limits>
#include <map>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/cell.h"
#include "common/manifest/output_path.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

// The template with everything constant written out.
std::vector<PathPiece> path_pieces(const ParseState& state, const std::vector<TemplatePiece>& pieces) {
  std::vector<PathPiece> path;
  for (const TemplatePiece& piece : pieces) {
    if (!piece.is_name) {
      path.push_back({PathPiece::Kind::kLiteral, piece.text, 0});
    } else if (const auto axis = state.data.sweep.axis_number(piece.text)) {
      path.push_back({PathPiece::Kind::kAxis, "", *axis});
    } else if (piece.text == "index") {
      path.push_back({PathPiece::Kind::kIndex, "", 0});
    } else if (piece.text == "seed") {
      path.push_back({PathPiece::Kind::kLiteral, "0", 0});
    } else {
      const ParameterSource source = *locate_parameter(state.data.chain, state.data.sweep, piece.text);
      path.push_back(source.axis ? PathPiece{PathPiece::Kind::kAxis, "", *source.axis}
                                 : PathPiece{PathPiece::Kind::kLiteral, parameter_text(*source.constant), 0});
    }
  }
  return path;
}

std::size_t longest_text(const Axis& axis) {
  if (axis.kind() == AxisKind::kSeed) return std::to_string(std::numeric_limits<std::uint32_t>::max()).size();
  std::size_t longest = 0;
  for (Digit digit = 0; digit < axis.size(); ++digit) longest = std::max(longest, axis.value(digit).text.size());
  return longest;
}

// A path with the longest texts that can stand in it: for lengths.
std::string longest_path(const ParseState& state, const std::vector<PathPiece>& pieces) {
  std::string path;
  std::map<std::size_t, std::size_t> by_axis;
  for (const PathPiece& piece : pieces) {
    std::size_t longest = 0;
    if (piece.kind == PathPiece::Kind::kIndex) {
      longest = index_width(state.data.sweep);
    } else if (piece.kind == PathPiece::Kind::kAxis) {
      if (!by_axis.contains(piece.axis)) by_axis[piece.axis] = longest_text(state.data.sweep.axes()[piece.axis]);
      longest = by_axis[piece.axis];
    }
    path += piece.text + std::string(longest, 'x');
  }
  return path;
}

Status check_lengths(const std::string& longest) {
  if (longest.size() > limits::kMaxPathBytes) {
    return Status(Code::kInvalid, "output.path may get " + std::to_string(longest.size()) + " bytes; the most is " +
                                      std::to_string(limits::kMaxPathBytes));
  }
  for (std::size_t start = 0; start < longest.size();) {
    const std::size_t slash = std::min(longest.find('/', start), longest.size());
    if (slash - start > limits::kMaxFileNameBytes) {
      return Status(Code::kInvalid, "output.path may get a name of " + std::to_string(slash - start) +
                                        " bytes; the most between two \"/\" is " +
                                        std::to_string(limits::kMaxFileNameBytes));
    }
    start = slash + 1;
  }
  return {};
}

Status check_path(const ParseState& state, const std::string& text, const std::vector<TemplatePiece>& pieces) {
  const std::vector<PathPiece> path = path_pieces(state, pieces);
  const std::string longest = longest_path(state, path);
  if (!is_confined(longest)) {
    return Status(Code::kInvalid,
                  "output.path takes a path below the output folder (not absolute, without \"..\", empty parts, "
                  "backslashes or control characters), not \"" +
                      text + "\"");
  }
  if (pieces.back().is_name || !pieces.back().text.ends_with(".png") || longest.ends_with("/.png")) {
    return Status(Code::kInvalid, "output.path must end in \".png\", as in \"{character}-{seed}.png\"");
  }
  TROUPE_RETURN_IF_ERROR(check_lengths(longest));
  return check_separates(state.data.sweep, path);
}

// The index, which separates cells by itself, and for people the values of the axes where they fit.
std::string default_path(const ParseState& state) {
  std::string path = "{index}";
  for (const std::string& axis : state.data.sweep.axis_names()) path += "-{" + axis + "}";
  path += ".png";
  return check_path(state, path, parse_template(path).value()).ok() ? path : "{index}.png";
}

}  // namespace

Status parse_output(const Node& root, ParseState& state) {
  static const std::vector<std::string> known = {"path", "sheet"};
  Output& output = state.data.output;
  const Node* node = root.find("output");
  if (node) TROUPE_RETURN_IF_ERROR(check_keys(*node, "output", known));
  if (const Node* sheet = node ? node->find("sheet") : nullptr) {
    TROUPE_ASSIGN_OR_RETURN(output.sheet, read_flag(*sheet, "output.sheet"));
  }
  const Node* path = node ? node->find("path") : nullptr;
  if (!path) {
    output.path = default_path(state);
    state.data.output_template = parse_template(output.path).value();
    return {};
  }
  TROUPE_ASSIGN_OR_RETURN(output.path, read_text(*path, "output.path", limits::kMaxPathBytes));
  auto pieces = parse_template(output.path);
  if (!pieces.ok()) return error_at(*path, "output.path: " + pieces.status().message());
  if (pieces->empty()) return takes(*path, "output.path", "a path such as \"{character}-{seed}.png\"");
  TROUPE_RETURN_IF_ERROR(check_template_names(*pieces, state, "output.path", path->place()));
  if (const Status status = check_path(state, output.path, *pieces); !status.ok())
    return error_at(*path, status.message());
  state.data.output_template = std::move(pieces).value();
  return {};
}

}  // namespace troupe::manifest
