// The simulated clock: whatever is to happen, in the order of its time, then of its planning.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "common/base/clock.h"

namespace troupe::sim {

class Timeline {
 public:
  Instant now() const { return now_; }
  // 2026-01-01 and on; runs with the other clock.
  WallMillis wall() const { return 1'767'225'600'000 + now_.since_start.count(); }

  void at(Instant when, std::function<void()> what) { plan_.emplace(std::max(when, now_), std::move(what)); }
  void after(Millis delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  // Lets the next thing happen; false when nothing is planned.
  bool run_one() {
    if (plan_.empty()) return false;
    auto next = plan_.extract(plan_.begin());
    now_ = next.key();
    next.mapped()();
    return true;
  }

 private:
  Instant now_;
  std::multimap<Instant, std::function<void()>> plan_;  // equal times stay in their order of planning
};

}  // namespace troupe::sim
