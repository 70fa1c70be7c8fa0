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
Status parse_gates(const Node& root, Manifest::Data& data);
// After the sweep.
Status parse_select(const Node& root, ParseState& state);
// Named prompts of the manifest and its includes.
Status parse_groups(const Node& root, const std::vector<IncludedFile>& includes, ParseState& state);
// Stages with their parameters; which names templates know is checked later.
Status parse_chain(const Node& root, ParseState& state);
// Axes, zip, exclude and require; needs groups and chain.
Status parse_sweep(const Node& root, ParseState& state);
// The map of axes; needs the zips already in state.sweep.
Status parse_axes(const Node& axes, ParseState& state);
// output.path and its templates; needs the finished sweep.
Status parse_output(const Node& root, ParseState& state);
// Names in the templates of stages, masks, faces; marks the named prompts that are used.
Status check_stages(ParseState& state);
// What a template may name, the axes first.
std::vector<std::string> template_names(const ParseState& state);
// kInvalid at `place` for a name that no cell knows.
Status check_template_names(const std::vector<TemplatePiece>& pieces, const ParseState& state, const std::string& key,
                            const Place& place);

}  // namespace troupe::manifest
