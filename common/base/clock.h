// Time as an interface, so that the simulator can own it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace troupe {

using Millis = std::chrono::milliseconds;

// A point on a clock that never goes back; its zero means nothing outside the process.
struct Instant {
  Millis since_start{0};
  auto operator<=>(const Instant&) const = default;
};
inline Instant operator+(Instant t, Millis d) {
  return {t.since_start + d};
}
inline Instant operator-(Instant t, Millis d) {
  return {t.since_start - d};
}
inline Millis operator-(Instant a, Instant b) {
  return a.since_start - b.since_start;
}

// Milliseconds since 1970-01-01T00:00:00Z; may jump. For people and for records, never for deadlines.
using WallMillis = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  virtual WallMillis wall() = 0;
};

// CLOCK_MONOTONIC and CLOCK_REALTIME.
class SystemClock final : public Clock {
 public:
  Instant now() override;
  WallMillis wall() override;
};

// "2026-03-01T12:00:00.250Z"
std::string iso8601(WallMillis wall);

}  // namespace troupe
