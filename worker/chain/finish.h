// The end of a chain: pictures as the files that travel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/chain/chain_job.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

// One stage that took part in a picture.
struct StageRecord {
  std::string name;
  std::string kind;
  nlohmann::json parameters;          // resolved
  std::optional<std::uint32_t> seed;  // that it drew its noise from
  std::vector<ModelFile> files;       // that it loads
};

// The frame's picture as a PNG that says what it is: `parameters` (infotext), XMP with DigitalSourceType and consents,
// and `troupe`, one JSON value:
//   schema 1; campaign, address, index, seed, effective_seed, pack, numerics_version;
//   models      {path in the pack: SHA-256}, of all files that took part
//   chain       [{stage, kind, parameters, seed (where it draws noise), models: [path]}], in order
//   references  {name of the entry: SHA-256}; consents [text]
//   scores      of the gates (gates.h), where they were scored; results: what stages say of themselves, by stage
// The same bytes for the same frame and job on every machine: no time, no host.
Result<std::string> finished_png(const Frame& frame, const ChainJob& job, const std::vector<StageRecord>& stages);

// The same for a mask of the frame.
Result<std::string> finished_mask_png(const Frame& frame, const std::string& mask, const ChainJob& job,
                                      const std::vector<StageRecord>& stages);

// The text key of the JSON value.
inline constexpr char kTroupeKey[] = "troupe";
inline constexpr int kTroupeSchema = 1;

}  // namespace troupe::chain
