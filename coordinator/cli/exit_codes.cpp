#include "coordinator/cli/exit_codes.h"

namespace troupe::cli {

int exit_code(const Status& status) {
  switch (status.code()) {
    case Code::kOk: return kExitDone;
    case Code::kInvalid:
    case Code::kTooLarge: return kExitUsage;
    case Code::kUnavailable: return kExitUnreachable;
    case Code::kTimeout: return kExitTimeout;
    case Code::kCancelled: return kExitInterrupted;
    default: return kExitFailed;
  }
}

}  // namespace troupe::cli
