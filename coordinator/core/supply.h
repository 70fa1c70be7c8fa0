// Which cell of a campaign comes next, when a worker has room for one. This is where fresh cells are looked at:
// excluded positions are passed over for good, held ones set aside, and cells that an earlier revision has rendered
// become done.
#pragma once

#include <optional>
#include <string>

#include "coordinator/core/step.h"

namespace troupe::core {

struct Supplied {
  std::optional<Rank> rank;  // of a cell that was never granted in its generation and may run now
  std::string undecodable;   // instead: why a cell cannot be worked out, which ends the campaign
};

// For `worker`, whose pack decides whether an earlier result is still the right one. Each thing looked at takes from
// `looks`, comparing with earlier revisions the more; nothing when they are used up or no fresh cell may run.
Supplied next_cell(Step& step, Campaign& campaign, const Worker& worker, std::size_t& looks);

}  // namespace troupe::core
