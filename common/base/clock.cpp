#include "common/base/clock.h"

#include <cstdio>
#include <ctime>

namespace troupe {

Instant SystemClock::now() {
  return {std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch())};
}

WallMillis SystemClock::wall() {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string iso8601(WallMillis wall) {
  WallMillis millis = wall % 1000;
  if (millis < 0) millis += 1000;
  const std::time_t seconds = static_cast<std::time_t>((wall - millis) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(millis));
  return text;
}

}  // namespace troupe
