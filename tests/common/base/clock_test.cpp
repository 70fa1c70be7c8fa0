#include "common/base/clock.h"

#include <gtest/gtest.h>

namespace troupe {
namespace {

TEST(ClockTest, WritesUtcWithMilliseconds) {
  EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601(1772366400250), "2026-03-01T12:00:00.250Z");
  EXPECT_EQ(iso8601(-1), "1969-12-31T23:59:59.999Z");
}

TEST(ClockTest, NowNeverGoesBack) {
  SystemClock clock;
  const Instant before = clock.now();
  EXPECT_LE(before, clock.now());
  EXPECT_EQ(before + Millis(5) - before, Millis(5));
}

}  // namespace
}  // namespace troupe
