// One cell of a campaign, worked out: what a worker needs to render it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/ids.h"
#include "common/base/status.h"
#include "common/manifest/manifest.h"

namespace troupe::manifest {

struct StageJob {
  std::string kind;
  std::string name;
  // All parameters of the kind: templates filled, axes applied. Prompts are final texts; "size" is [width, height];
  // "face" and "reference" are names for find_reference; what is optional and not given is null.
  nlohmann::json parameters;
};

// The named prompt that a cell has on one axis.
struct JobEntry {
  std::string axis;  // "character"
  std::string name;  // "mia"
  std::string consent;
  std::optional<Reference> reference;
};

struct Job {
  JobIndex index = 0;
  std::string address;     // "character=mia,pose=sit,seed=7"
  std::uint32_t seed = 0;  // of the axis `seed`, 0 without one
  std::vector<StageJob> stages;
  std::vector<JobEntry> entries;  // in the order of the axes, then those that a stage names itself
  std::string output_path;        // relative, confined, ends in .png
};

// The entry that a stage's "face" or "reference" names, with its picture; null where there is none (a manifest's check
// holds such names to be unambiguous).
const JobEntry* find_reference(const Job& job, std::string_view name);

// Microseconds. kInvalid for an index past the end, kNotFound for an excluded cell, kTooLarge for a text that passes
// its limit once filled.
Result<Job> decode(const Manifest& manifest, JobIndex index);

// The output path alone, also of excluded cells.
Result<std::string> output_path(const Manifest& manifest, JobIndex index);

// What decides the pixels and the texts of a job's pictures: resolved stages with their dtype, seed, entries with
// references and consent, gates and reseeding, the address, the pack and kNumericsVersion. Never the worker, the
// campaign's name or the output path. Equal keys: the older result may be used again.
Digest content_key(const Manifest& manifest, const Job& job, const Digest& pack);

}  // namespace troupe::manifest
