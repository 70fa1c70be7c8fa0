#include "tests/chaos/plan.h"

#include <iterator>

#include "common/base/random.h"

namespace troupe::chaos {
namespace {

Millis between(Random& random, int low, int high) {
  return Millis(low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1))));
}

Disturbance kill(Random& random, std::size_t workers) {
  const std::uint64_t dice = random.below(10);
  Disturbance drawn;
  drawn.trouble = dice < 3 ? Trouble::kKillCoordinator : dice < 6 ? Trouble::kKillAgent : Trouble::kKillEngine;
  drawn.after = between(random, 50, 700);
  drawn.lasts = between(random, 0, 400);
  drawn.worker = random.below(workers);
  return drawn;
}

Disturbance other(Random& random, std::size_t workers) {
  static constexpr Trouble kOthers[] = {
      Trouble::kStopCoordinator, Trouble::kStopAgent, Trouble::kStopEngine, Trouble::kDrop,
      Trouble::kDelay,           Trouble::kHalfOpen,  Trouble::kFillWorker, Trouble::kFillCoordinator};
  Disturbance drawn;
  drawn.trouble = kOthers[random.below(std::size(kOthers))];
  drawn.after = between(random, 20, 300);
  drawn.lasts = between(random, 100, 1500);
  drawn.worker = random.below(workers);
  return drawn;
}

const char* name(Trouble trouble) {
  switch (trouble) {
    case Trouble::kKillCoordinator: return "kill the coordinator";
    case Trouble::kKillAgent: return "kill the agent of";
    case Trouble::kKillEngine: return "kill an engine of";
    case Trouble::kStopCoordinator: return "stop the coordinator";
    case Trouble::kStopAgent: return "stop the agent of";
    case Trouble::kStopEngine: return "stop an engine of";
    case Trouble::kDrop: return "drop the connections of";
    case Trouble::kDelay: return "delay the connections of";
    case Trouble::kHalfOpen: return "half open the connections of";
    case Trouble::kFillWorker: return "fill the disk of";
    case Trouble::kFillCoordinator: return "fill the coordinator's disk";
  }
  return "";
}

bool is_of_worker(Trouble trouble) {
  return trouble != Trouble::kKillCoordinator && trouble != Trouble::kStopCoordinator &&
         trouble != Trouble::kFillCoordinator;
}

}  // namespace

std::vector<Disturbance> make_plan(const PlanOptions& options) {
  SeededRandom random(options.seed);
  std::vector<Disturbance> plan;
  for (std::size_t kills = 0; kills < options.kills; ++kills) {
    // Drawn either way, so that a machine without disks of its own goes through the same kills.
    const Disturbance between_two = other(random, options.workers);
    const bool wanted = random.chance(0.4);
    const bool disk = between_two.trouble == Trouble::kFillWorker || between_two.trouble == Trouble::kFillCoordinator;
    if (wanted && (options.disks || !disk)) plan.push_back(between_two);
    plan.push_back(kill(random, options.workers));
  }
  return plan;
}

bool is_kill(Trouble trouble) {
  return trouble == Trouble::kKillCoordinator || trouble == Trouble::kKillAgent || trouble == Trouble::kKillEngine;
}

std::string describe(const Disturbance& disturbance) {
  std::string text = "+" + std::to_string(disturbance.after.count()) + " ms " + name(disturbance.trouble);
  if (is_of_worker(disturbance.trouble)) text += " w" + std::to_string(disturbance.worker);
  return text + " for " + std::to_string(disturbance.lasts.count()) + " ms";
}

}  // namespace troupe::chaos
