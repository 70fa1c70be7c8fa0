// Small campaigns for tests of the farm, as the resolved manifests that a client submits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/manifest/manifest.h"

namespace troupe::testing {

struct CampaignPlan {
  std::string name = "spring";
  int priority = 0;
  std::string pack = "pocket";
  std::uint64_t seeds = 4;                   // values of the axis `seed`, from 1
  std::vector<std::string> characters = {};  // values of an axis `character`; empty for none
  bool exclude_first = false;                // leaves out seed 1 of the first character
  std::vector<std::string> tags = {};        // require.tags
  std::uint64_t select = 0;                  // select.keep of seed, by sharpness; 0 for none
  int retries = 3;
  int timeout_seconds = 600;
  std::map<std::string, std::string> prompts = {};  // of characters whose prompt is not the usual one
  std::string notify = {};                          // the manifest's `notify`, as JSON
  std::string project = {};                         // empty for the usual one
  std::string pool = {};                            // require.pool
  int running = 0;                                  // limits.running; 0 for none
  double hours = 0;                                 // limits.hours; 0 for none
};

// A manifest with one generate stage. Cells: seeds * max(1, characters), less one with exclude_first.
std::string resolved_json(const CampaignPlan& plan);
manifest::Manifest resolved(const CampaignPlan& plan);

}  // namespace troupe::testing
