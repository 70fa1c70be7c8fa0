#include "common/base/backoff.h"

#include <algorithm>

namespace troupe {

Millis backoff(const BackoffOptions& options, int attempt, Random& random) {
  const int doublings = std::clamp(attempt - 1, 0, 30);
  const auto wait = std::min(options.first.count() << doublings, options.most.count());
  return Millis(static_cast<Millis::rep>(static_cast<double>(wait) * (0.5 + 0.5 * random.unit())));
}

}  // namespace troupe
