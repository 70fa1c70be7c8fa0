// Rule "quarantine": a worker that spoils job after job, while others do well, gets no more until a single job, tried
// after a while, goes well on it.
#pragma once

#include <algorithm>
#include <cstddef>

#include "common/base/clock.h"

namespace troupe::core::rules {

// Of a worker, or of all: recent outcomes, of which older ones count less.
struct Health {
  std::size_t faults_in_row = 0;
  double jobs = 0;
  double faults = 0;

  void count(bool fault) {
    constexpr double kForget = 0.97;  // about the last thirty jobs count
    faults_in_row = fault ? faults_in_row + 1 : 0;
    jobs = jobs * kForget + 1;
    faults = faults * kForget + (fault ? 1 : 0);
  }
  double rate() const { return jobs > 0 ? faults / jobs : 0; }
  bool operator==(const Health&) const = default;
};

constexpr double kEnoughJobs = 8;  // before a rate says anything
constexpr double kBadRate = 0.5;   // of a worker
constexpr double kMuchWorse = 3;   // times the others' rate

// `others_take_work`: never the last one, for then nobody can tell whose fault it is.
inline bool is_bad(const Health& worker, const Health& all, std::size_t faults_in_row, bool others_take_work) {
  if (!others_take_work || faults_in_row == 0) return false;
  if (worker.faults_in_row >= faults_in_row) return true;
  return worker.jobs >= kEnoughJobs && worker.rate() >= kBadRate && worker.rate() >= kMuchWorse * all.rate();
}

// How long until the next probe, when the one after `last` went wrong; 0 for the first.
inline Millis next_wait(Millis last, Millis first, Millis most) {
  return last.count() == 0 ? first : std::min(most, 2 * last);
}

}  // namespace troupe::core::rules
