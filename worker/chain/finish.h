// The end of a chain: the picture as the file that travels.
#pragma once

#include <string>

#include "worker/chain/chain_job.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

// The frame's picture as a PNG that says what it is: `parameters` (infotext), `troupe` (one JSON value: campaign,
// address, index, seed, effective_seed, pack, models with their SHA-256, numerics_version, consents) and XMP with
// DigitalSourceType. The same bytes for the same frame and job on every machine: no time, no host.
Result<std::string> finished_png(const Frame& frame, const ChainJob& job);

// The text key of the JSON value.
inline constexpr char kTroupeKey[] = "troupe";

}  // namespace troupe::chain
