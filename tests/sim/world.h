// What all parts of a simulation share: time, chance, the trace and the list of what went wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/random.h"
#include "tests/sim/knobs.h"
#include "tests/sim/ledger.h"
#include "tests/sim/timeline.h"

namespace troupe::sim {

// Hears the trace line by line.
using Listener = std::function<void(std::string_view line)>;

struct World {
  World(const Knobs& knobs_, Listener listener_) : knobs(knobs_), random(knobs_.seed), listener(std::move(listener_)) {}

  Knobs knobs;
  SeededRandom random;
  Timeline timeline;
  Ledger ledger;
  Listener listener;     // may be empty
  bool healing = false;  // nothing goes wrong any more
  std::uint64_t steps = 0;
  std::uint64_t trace_digest = 0;
  std::vector<std::string> failures;

  Millis between(Millis low, Millis high) {
    if (high <= low) return low;
    return low + Millis(static_cast<Millis::rep>(random.below(static_cast<std::uint64_t>((high - low).count() + 1))));
  }
  // Of troubles: never while healing.
  bool unlucky(double probability) { return !healing && probability > 0 && random.chance(probability); }

  void fail(const std::string& what);
  void expect_none(const std::vector<std::string>& broken) {
    for (const std::string& what : broken) fail(what);
  }
  // One line of the trace; the digest of all lines tells two runs apart.
  void trace(std::string_view what, std::initializer_list<std::uint64_t> numbers);
};

// Messages between one worker's node and the coordinator, each way with its own cut.
class Wire {
 public:
  explicit Wire(World& world) : world_(world) {}
  // Delivers after a while; perhaps twice, perhaps never.
  void carry(bool up, Timeline::Task deliver);
  void cut(bool up, bool on) { (up ? up_cut_ : down_cut_) = on; }
  bool whole() const { return !up_cut_ && !down_cut_; }
  Millis delay();

 private:
  World& world_;
  bool up_cut_ = false;
  bool down_cut_ = false;
};

}  // namespace troupe::sim
