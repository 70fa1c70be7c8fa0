// What results teach the farm: how long jobs take, what models need, which project used what. What must outlast a
// restart is written down as facts, now and then.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "coordinator/core/step.h"

namespace troupe::core {

// Every result of a grant that stood, however the job ended: who used the farm for how long. Ends the campaign at its
// budget (limits.hours).
void learn_from_result(Step& step, Campaign& campaign, const JobResult& result);
// The result that commits.
void learn_from_commit(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker);

// Jobs of it are to be rendered once more: a budget (limits.hours) that is spent begins anew.
void renew_budget(Step& step, Campaign& campaign);

// Writes down what was learned, every FarmOptions::save_learned.
void save_learned(Step& step);
// The campaign is deleted.
void forget_learned(Step& step, CampaignId campaign);
using Facts = std::map<std::pair<std::string, std::string>, std::string>;
void restore_learned(FarmState& farm, const Facts& facts, Instant now, WallMillis wall);

}  // namespace troupe::core
