// The simulated clock: whatever is to happen, in the order of its time, then of its planning.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/base/clock.h"

namespace troupe::sim {

class Timeline {
 public:
  using Task = std::function<void()>;

  Instant now() const { return now_; }
  // 2026-01-01 and on; runs with the other clock, and jumps.
  WallMillis wall() const { return 1'767'225'600'000 + now_.since_start.count() + wall_off_.count(); }
  void set_wall_off(Millis off) { wall_off_ = off; }

  void at(Instant when, Task what) {
    std::size_t slot = tasks_.size();
    if (free_.empty()) {
      tasks_.push_back(std::move(what));
    } else {
      slot = free_.back();
      free_.pop_back();
      tasks_[slot] = std::move(what);
    }
    plan_.push_back({std::max(when, now_), ++planned_, slot});
    std::push_heap(plan_.begin(), plan_.end(), later_);
  }
  void after(Millis delay, Task what) { at(now_ + delay, std::move(what)); }

  // Lets the next thing happen; false when nothing is planned.
  bool run_one() {
    if (plan_.empty()) return false;
    std::pop_heap(plan_.begin(), plan_.end(), later_);
    const Entry next = plan_.back();
    plan_.pop_back();
    now_ = next.when;
    const Task what = std::exchange(tasks_[next.slot], nullptr);
    free_.push_back(next.slot);
    what();
    return true;
  }

 private:
  struct Entry {
    Instant when;
    std::uint64_t number = 0;  // equal times stay in their order of planning
    std::size_t slot = 0;      // in tasks_
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.number > b.number;
    }
  };

  Instant now_;
  Millis wall_off_{0};
  std::uint64_t planned_ = 0;
  std::vector<Entry> plan_;  // a heap
  std::vector<Task> tasks_;
  std::vector<std::size_t> free_;  // unused places of tasks_
  Later later_;
};

}  // namespace troupe::sim
