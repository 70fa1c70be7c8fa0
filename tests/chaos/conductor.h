// Plays a plan against a farm while campaigns run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "tests/chaos/campaigns.h"
#include "tests/chaos/farm.h"
#include "tests/chaos/plan.h"

namespace troupe::chaos {

class Conductor {
 public:
  Conductor(Farm& farm, Campaigns& campaigns, bool verbose) : farm_(farm), campaigns_(campaigns), verbose_(verbose) {}

  // To the end of the plan, with everything mended.
  Status play(const std::vector<Disturbance>& plan);
  std::size_t kills() const { return kills_; }
  // Agents that ended by themselves.
  std::size_t agents_ended() const { return agents_ended_; }

 private:
  using Action = std::function<Status()>;

  Status happen(const Disturbance& disturbance);
  Status happen_to_coordinator(const Disturbance& disturbance);
  Status happen_to_worker(const Disturbance& disturbance);
  void afterwards(Millis lasts, Action action);
  // Lets time pass, with what is due in it.
  Status pass(Millis time);
  Status run_due();
  // Nobody killed a coordinator that ended: an error. An agent that ended (its disk was full at its start) is started
  // again, as an operator's supervisor would.
  Status watch();

  Farm& farm_;
  Campaigns& campaigns_;
  bool verbose_;
  SystemClock clock_;
  std::multimap<Instant, Action> due_;
  std::size_t kills_ = 0;
  std::size_t agents_ended_ = 0;
};

}  // namespace troupe::chaos
