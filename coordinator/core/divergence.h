// Equal inputs in an equal numerics class must give equal pixels. Where they do not, both pictures are kept for as long
// as the event log tells of them, so that somebody can look.
#pragma once

#include <string>
#include <vector>

#include "common/domain/messages.h"

namespace troupe::core {

struct Campaign;
struct Step;

inline constexpr char kDivergence[] = "divergence";  // the kind of the event

// A picture came in, of a cell that had one already or has it from now on: it is held against what another attempt gave
// for the cell lately.
void compare_pictures(Step& step, const Campaign& campaign, const JobResult& result, const WorkerId& worker);

// The artifacts that an event of this kind names in its detail.
std::vector<Digest> divergent_images(const std::string& detail_json);

}  // namespace troupe::core
