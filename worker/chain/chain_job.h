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
  int reseed = 0;  // further seeds tried when a gate says no
};

ChainJob chain_job(const manifest::Manifest& manifest, manifest::Job job);

// One JSON text, and back: what travels in engine::Run. from_json takes bytes from anywhere and gives kInvalid.
std::string to_json(const ChainJob& job);
Result<ChainJob> from_json(std::string_view text);

// The consents of everyone that the picture shows, each once, in the order of the axes.
std::vector<std::string> consents(const ChainJob& job);

}  // namespace troupe::chain
