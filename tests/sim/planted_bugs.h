// For the tests alone.
#pragma once

#include "tests/sim/planted.h"

namespace troupe::sim {

// The farm makes this mistake for as long as the object lives.
class PlantedBug {
 public:
  explicit PlantedBug(Bug bug);
  ~PlantedBug();
  PlantedBug(const PlantedBug&) = delete;
  PlantedBug& operator=(const PlantedBug&) = delete;
};

}  // namespace troupe::sim
