#include "tests/sim/planted_bugs.h"

namespace troupe::sim {
namespace {

Bug present = Bug::kNone;

}  // namespace

bool planted(Bug bug) {
  return bug == present;
}

PlantedBug::PlantedBug(Bug bug) {
  present = bug;
}

PlantedBug::~PlantedBug() {
  present = Bug::kNone;
}

}  // namespace troupe::sim
