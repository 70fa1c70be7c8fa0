// What goes wrong from outside, one thing after the other, as often and as long as the knobs say.
#pragma once

#include <functional>

#include "tests/sim/client.h"
#include "tests/sim/crew.h"

namespace troupe::sim {

class Disturbances {
 public:
  Disturbances(World& world, CoordinatorNode& coordinator, Client& client, Crew& crew)
      : world_(world), coordinator_(coordinator), client_(client), crew_(crew) {}

  void start();

 private:
  Trouble draw();
  void happen(Trouble trouble, WorkerNode& worker, Millis lasts);
  // Ends a trouble after a while. Healing ends all of them before.
  void afterwards(Millis lasts, Timeline::Task what) { world_.timeline.after(lasts, std::move(what)); }
  void cut(WorkerNode& worker, bool up, bool down, Millis lasts);

  World& world_;
  CoordinatorNode& coordinator_;
  Client& client_;
  Crew& crew_;
};

}  // namespace troupe::sim
