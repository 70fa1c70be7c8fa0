// How campaigns leave: those that are over are archived and deleted, by command, or by the rule "retention" once they
// are old.
#pragma once

#include <string>

#include "coordinator/core/step.h"

namespace troupe::core {

// Why, as the event log has it.
inline constexpr char kByCommand[] = "by command";
inline constexpr char kByRetention[] = "retention";

// Of a campaign that is over, where `archived`: out of the listings, or into them again.
void archive_campaign(Step& step, Campaign& campaign, bool archived, const std::string& why);
// Of a campaign that is over: it is gone with all its results.
void delete_campaign(Step& step, CampaignId id, const std::string& why);

// Archives and deletes a bounded number of old campaigns, now and then.
void apply_retention(Step& step);

}  // namespace troupe::core
