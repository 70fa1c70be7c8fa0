// How long to wait before trying again.
#pragma once

#include "common/base/clock.h"
#include "common/base/random.h"

namespace troupe {

struct BackoffOptions {
  Millis first{1000};
  Millis most{60000};
};

// first * 2^(attempt - 1), at most `most`, times a jitter in [0.5, 1). attempt counts from 1.
Millis backoff(const BackoffOptions& options, int attempt, Random& random);

}  // namespace troupe
