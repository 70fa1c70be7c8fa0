// What a campaign was told beside its manifest, kept as facts of kind "orders" (key: the campaign's id), which this
// file alone writes: holds and priorities of slices, the sample, that nothing is taken over, that it stays out of the
// archive, and whose pack rendered it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "coordinator/core/step.h"

namespace troupe::core {

void save_orders(Step& step, const Campaign& campaign);
void forget_orders(Step& step, CampaignId campaign);
// Of all campaigns of the farm. A fact that cannot be read leaves its campaign paused, with the reason.
void restore_orders(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts);

}  // namespace troupe::core
