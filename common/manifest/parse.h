// The steps that turn the tree of a manifest into Manifest::Data. Each checks its own part and says where it is wrong.
// Inside this library only.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/document.h"
#include "common/manifest/groups.h"
#include "common/manifest/manifest_data.h"

namespace troupe::manifest {

// A file that `include` names.
struct IncludedFile {
  Node root;
  std::string folder;  // relative to the manifest's, empty for the same
};

struct ParseState {
  Manifest::Data data;
  DraftGroups groups;
  ReferenceSource source;
  std::vector<std::string> axes;  // the names under sweep.axes, not yet checked
  SweepSpec sweep;
};

// The whole of it: all checks, then the resolved form and its digest.
Result<Manifest> parse_manifest(const Node& root, const std::vector<IncludedFile>& includes,
                                const ReferenceSource& source);

// name, project, priority, pack, prompt, negative, select, gates, limits.
Status parse_header(const Node& root, ParseState& state);
Status parse_limits(const Node& root, Manifest::Data& data);
Status parse_notify(const Node& root, Manifest::Data& data);
// After the chain.
Status parse_gates(const Node& root, ParseState& state);
// kInvalid at `place` when there are cells whose face could not be compared with anything: neither a swap stage nor an
// axis of characters that all have references.
Status check_has_faces(ParseState& state, const std::string& key, const Place& place);
// After the sweep.
Status parse_select(const Node& root, ParseState& state);
// Named prompts of the manifest and its includes.
Status parse_groups(const Node& root, const std::vector<IncludedFile>& includes, ParseState& state);
// Stages with their parameters, and which of their pictures are kept; which names templates know is checked later.
Status parse_chain(const Node& root, ParseState& state);
// Axes, zip, exclude and require; needs groups and chain.
Status parse_sweep(const Node& root, ParseState& state);
// The map of axes; needs the zips already in state.sweep.
Status parse_axes(const Node& axes, ParseState& state);
// output.path and its templates; needs the finished sweep.
Status parse_output(const Node& root, ParseState& state);
// Names and lengths of the stages' templates.
Status check_templates(ParseState& state);
// What stages need of each other and of named prompts: masks, faces, references, a picture to start from. Marks the
// named prompts that a stage names itself as used.
Status check_links(ParseState& state);
// Of one stage: what its `face` and `reference` name is there and has a picture.
Status check_references(const StageSpec& stage, ParseState& state);
// What a parameter may be, and where that is written: the values of its axis, or the chain's.
struct ParameterValue {
  nlohmann::json value;
  Place place;
};
// Never empty. Needs a parameter with a value or a default of its own.
std::vector<ParameterValue> values_of(const ParseState& state, const StageSpec& stage, const std::string& parameter);
// What a template may name, the axes first.
std::vector<std::string> template_names(const ParseState& state);
// kInvalid at `place` for a name that no cell knows.
Status check_template_names(const std::vector<TemplatePiece>& pieces, const ParseState& state, const std::string& key,
                            const Place& place);

}  // namespace troupe::manifest
