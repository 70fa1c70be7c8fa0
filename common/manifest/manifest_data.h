// What a Manifest holds. Inside this library only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/manifest/manifest.h"
#include "common/manifest/text_template.h"

namespace troupe::manifest {

struct Manifest::Data {
  std::string name;
  std::string project = "default";
  int priority = 0;
  std::string pack = "pocket";
  std::vector<PromptGroup> groups;  // ordered by key; only entries that are used
  std::optional<std::string> prompt;
  std::optional<std::string> negative;
  Sweep sweep;
  std::vector<std::string> require_tags;
  std::string require_pool;
  std::vector<StageSpec> chain;
  std::vector<std::string> keep;
  std::optional<Select> select;
  Gates gates;
  Limits limits;
  Output output;
  std::optional<Notify> notify;

  std::vector<TemplatePiece> output_template;
  std::map<std::string, std::vector<Place>, std::less<>> axis_places;  // of stage parameters' values, by axis
  std::map<std::string, Place, std::less<>> places;                    // of gates and select
  std::vector<ReferenceFile> reference_files;
  std::string resolved;
  Digest digest;
};

// The canonical JSON of everything but places and local paths.
std::string write_resolved(const Manifest::Data& data);

}  // namespace troupe::manifest
