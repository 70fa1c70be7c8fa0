// The gates of a manifest.
#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

constexpr double kMostSharpness = 1e6;  // far above the Laplacian's variance of any 8-bit picture
constexpr int kMostFaces = 64;

Status read_identity(const Node& node, ParseState& state) {
  TROUPE_RETURN_IF_ERROR(check_has_faces(state, "gates.identity", node.place()));
  if (node.is_scalar() && node.text == "auto") {
    state.data.gates.identity_auto = true;
    return {};
  }
  const auto number = read_number(node, "gates.identity", -1, 1);
  if (!number.ok()) return takes(node, "gates.identity", "a number from -1 to 1, or auto for the pack's threshold");
  state.data.gates.identity = *number;
  return {};
}

Status read_faces(const Node& node, Gates& gates) {
  Gates::Count count;
  if (node.kind == Node::Kind::kList && node.items.size() == 2) {
    TROUPE_ASSIGN_OR_RETURN(const auto least, read_integer(node.items[0], "gates.faces[0]", 0, kMostFaces));
    TROUPE_ASSIGN_OR_RETURN(const auto most, read_integer(node.items[1], "gates.faces[1]", least, kMostFaces));
    count = {static_cast<int>(least), static_cast<int>(most)};
  } else {
    const auto exact = read_integer(node, "gates.faces", 0, kMostFaces);
    if (!exact.ok()) {
      return takes(node, "gates.faces",
                   "a whole number from 0 to " + std::to_string(kMostFaces) + " or a range such as [1, 3]");
    }
    count = {static_cast<int>(*exact), static_cast<int>(*exact)};
  }
  gates.faces = count;
  return {};
}

Status read_coverage(const Node& node, ParseState& state) {
  std::vector<std::string> masks;
  for (const StageSpec& stage : state.data.chain) {
    if (stage.kind == "segment") masks.push_back(stage.parameters.at("as").get<std::string>());
  }
  if (masks.empty()) return error_at(node, "gates.coverage: the chain has no segment stage, so that there is no mask");
  TROUPE_RETURN_IF_ERROR(check_keys(node, "gates.coverage", masks));
  for (const MapEntry& entry : node.map) {
    const std::string key = "gates.coverage." + entry.key;
    if (entry.value.kind != Node::Kind::kList || entry.value.items.size() != 2) {
      return takes(entry.value, key, "[least, most] as shares of the picture, such as [0.01, 0.5]");
    }
    Gates::Share share;
    TROUPE_ASSIGN_OR_RETURN(share.least, read_number(entry.value.items[0], key + "[0]", 0, 1));
    TROUPE_ASSIGN_OR_RETURN(share.most, read_number(entry.value.items[1], key + "[1]", share.least, 1));
    state.data.gates.coverage[entry.key] = share;
  }
  return {};
}

}  // namespace

Status parse_gates(const Node& root, ParseState& state) {
  static const std::vector<std::string> known = {"identity", "blank", "sharpness", "faces", "coverage"};
  const Node* node = root.find("gates");
  if (!node) return {};
  Gates& gates = state.data.gates;
  TROUPE_RETURN_IF_ERROR(check_keys(*node, "gates", known));
  for (const MapEntry& entry : node->map) state.data.places["gates." + entry.key] = entry.value.place();
  if (const Node* identity = node->find("identity")) TROUPE_RETURN_IF_ERROR(read_identity(*identity, state));
  if (const Node* blank = node->find("blank")) {
    TROUPE_ASSIGN_OR_RETURN(gates.blank, read_flag(*blank, "gates.blank"));
  }
  if (const Node* sharpness = node->find("sharpness")) {
    TROUPE_ASSIGN_OR_RETURN(gates.sharpness, read_number(*sharpness, "gates.sharpness", 0, kMostSharpness));
  }
  if (const Node* faces = node->find("faces")) TROUPE_RETURN_IF_ERROR(read_faces(*faces, gates));
  if (const Node* coverage = node->find("coverage")) TROUPE_RETURN_IF_ERROR(read_coverage(*coverage, state));
  return {};
}

}  // namespace troupe::manifest
