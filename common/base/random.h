// Randomness for decisions (jitter, simulated faults, identifiers), behind an interface so that the simulator can
// replay it. Pixels never come from here: image noise has generators of its own in worker/diffusion.
#pragma once

#include <cstdint>

namespace troupe {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [0, 1).
  double unit();
  bool chance(double probability) { return unit() < probability; }
};

// SplitMix64: the same sequence from the same seed on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

// getrandom(2).
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

}  // namespace troupe
