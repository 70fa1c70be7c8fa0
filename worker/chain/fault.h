// Whose fault an error in a chain is.
#pragma once

#include <string>

#include "common/base/status.h"
#include "common/domain/states.h"

namespace troupe::chain {

struct Failure {
  Fault fault = Fault::kWorker;
  std::string reason;
  bool exiting = false;  // the engine is not fit for another job
};

// kInvalid, kTooLarge: input. kNotFound, kCorrupt, kPermissionDenied (all of model files): model. Everything else is
// the worker's; kNoSpace says that memory ran out and what helps.
Failure failure_of(const Status& status);

}  // namespace troupe::chain
