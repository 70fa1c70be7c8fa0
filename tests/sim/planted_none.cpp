#include "tests/sim/planted.h"

namespace troupe::sim {

bool planted(Bug) {
  return false;
}

}  // namespace troupe::sim
