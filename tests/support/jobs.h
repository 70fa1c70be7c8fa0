// Jobs for tests of chains and engines.
#pragma once

#include <string>

#include "worker/chain/chain_job.h"

namespace troupe::testing {

// A job of one stage `generate`, 32 x 24 pixels.
inline chain::ChainJob make_job(JobIndex index = 0, std::uint32_t seed = 7) {
  chain::ChainJob job;
  job.campaign = "spring-drop";
  job.pack = "pocket";
  job.job.index = index;
  job.job.address = "character=mia,seed=" + std::to_string(seed);
  job.job.seed = seed;
  job.job.output_path = "mia/" + std::to_string(seed) + ".png";
  job.job.stages = {
      {"generate", "generate", {{"size", {32, 24}}, {"prompt", "photo of mia"}, {"negative", "blurry"}, {"steps", 4}}}};
  job.job.entries = {{"character", "mia", "release-2026-114", std::nullopt}};
  return job;
}

}  // namespace troupe::testing
