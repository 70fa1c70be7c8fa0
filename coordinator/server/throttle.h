// For log lines that somebody outside could cause by the thousand.
#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace troupe::server {

class Throttle {
 public:
  // Counts one more; true at most once a second, and count() is then how many there were so far.
  bool due(Instant now) {
    ++count_;
    if (told_ && now < next_) return false;
    told_ = true;
    next_ = now + Millis(1000);
    return true;
  }
  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
  bool told_ = false;
  Instant next_;
};

}  // namespace troupe::server
