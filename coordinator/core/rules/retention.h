// Rule "retention": a campaign that is over leaves the listings after a while, and once it is archived, the disk after
// a longer one.
#pragma once

#include "common/base/clock.h"

namespace troupe::core::rules {

enum class Retire { kNot, kArchive, kDelete };

// Of a campaign that ended so long ago (less than 0 where the clock was set back). An `after` of 0 is never.
inline Retire retire(Millis ended_ago, bool archived, Millis archive_after, Millis delete_after) {
  const Millis after = archived ? delete_after : archive_after;
  if (after.count() <= 0 || ended_ago < after) return Retire::kNot;
  return archived ? Retire::kDelete : Retire::kArchive;
}

}  // namespace troupe::core::rules
