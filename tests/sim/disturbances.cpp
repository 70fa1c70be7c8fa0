#include "tests/sim/disturbances.h"

#include <numeric>

namespace troupe::sim {

void Disturbances::start() {
  const auto& weights = world_.knobs.weights;
  if (std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}) == 0) return;
  world_.timeline.after(world_.between(Millis(0), 2 * world_.knobs.disturbance), [this] {
    if (world_.healing) return;
    // Short ones are as likely as long ones.
    const Millis most = world_.random.chance(0.5) ? world_.knobs.outage : world_.knobs.outage / 10;
    happen(draw(), crew_.any(), world_.between(Millis(100), most));
    start();
  });
}

Trouble Disturbances::draw() {
  const auto& weights = world_.knobs.weights;
  std::uint64_t dice = world_.random.below(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
  std::size_t trouble = 0;
  while (dice >= weights[trouble]) dice -= weights[trouble++];
  return static_cast<Trouble>(trouble);
}

void Disturbances::cut(WorkerNode& worker, bool up, bool down, Millis lasts) {
  if (up) worker.wire().cut(true, true);
  if (down) worker.wire().cut(false, true);
  afterwards(lasts, [&worker] {
    worker.wire().cut(true, false);
    worker.wire().cut(false, false);
  });
}

void Disturbances::happen(Trouble trouble, WorkerNode& worker, Millis lasts) {
  switch (trouble) {
    case Trouble::kCoordinatorCrash: coordinator_.crash(); return afterwards(lasts, [this] { coordinator_.start(); });
    case Trouble::kCoordinatorDiskFull:
      coordinator_.fill_disk(true);
      return afterwards(lasts, [this] { coordinator_.fill_disk(false); });
    case Trouble::kWorkerCrash: worker.crash(); return afterwards(lasts, [&worker] { worker.start(); });
    case Trouble::kWorkerFreeze: return worker.freeze(lasts);
    case Trouble::kWorkerTerminate: return worker.terminate();
    case Trouble::kWorkerDiskFull:
      worker.fill_disk(true);
      return afterwards(lasts, [&worker] { worker.fill_disk(false); });
    case Trouble::kCut: return cut(worker, true, true, lasts);
    case Trouble::kCutOneWay: {
      const bool up = world_.random.chance(0.5);
      return cut(worker, up, !up, lasts);
    }
    case Trouble::kPartition:
      for (std::size_t i = 0; i < crew_.size(); ++i) {
        if (world_.random.chance(0.5)) cut(crew_.at(i), true, true, lasts);
      }
      return;
    case Trouble::kClockJump:
      return world_.timeline.set_wall_off(world_.between(-world_.knobs.clock_jump, world_.knobs.clock_jump));
    case Trouble::kJoin: return crew_.join();
    case Trouble::kLeave: return crew_.leave(worker);
    case Trouble::kVerb: return client_.change_mind();
    case Trouble::kDrain: return client_.drain(worker.id(), world_.random.chance(0.4));
  }
}

}  // namespace troupe::sim
