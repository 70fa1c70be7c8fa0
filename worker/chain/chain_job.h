// All that an engine must know of one cell: its stages, and what the finished picture says of itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/job.h"

namespace troupe::chain {

struct ChainJob {
  manifest::Job job;
  std::string campaign;  // the manifest's name
  std::string pack;      // the pack's name
  manifest::Gates gates;
  int reseed = 0;                 // further seeds tried when a gate says no
  std::vector<std::string> keep;  // stages whose picture is an artifact too, by name; "masks" for the masks
};

ChainJob chain_job(const manifest::Manifest& manifest, manifest::Job job);

// One JSON text, and back: what travels in engine::Run. from_json takes bytes from anywhere and gives kInvalid.
std::string to_json(const ChainJob& job);
Result<ChainJob> from_json(std::string_view text);

// What `keep` says for the masks.
inline constexpr char kKeepMasks[] = "masks";

// The digests of all references of the job's entries, each once: what must be on a machine that runs it.
std::vector<Digest> references(const ChainJob& job);

// The consents of everyone that the picture shows, each once, in the order of the axes.
std::vector<std::string> consents(const ChainJob& job);

}  // namespace troupe::chain
