// What `troupe` says to scripts.
#pragma once

#include "common/base/status.h"

namespace troupe::cli {

inline constexpr int kExitDone = 0;         // rejected jobs are counted, not an error
inline constexpr int kExitFailed = 1;       // also: not found, not authorised, the campaign could not run
inline constexpr int kExitUsage = 2;        // usage or a manifest error
inline constexpr int kExitUnreachable = 3;  // no first contact with the coordinator
inline constexpr int kExitJobsFailed = 4;   // finished, with failed jobs
inline constexpr int kExitCancelled = 5;
inline constexpr int kExitTimeout = 6;  // --timeout passed
inline constexpr int kExitInterrupted = 130;

int exit_code(const Status& status);

}  // namespace troupe::cli
