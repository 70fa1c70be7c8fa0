// `notify` of a manifest: when a campaign ends, somebody is told. What is owed is durable (facts of kind "notify",
// which this file alone writes), tried again with growing waits, over restarts too, and given up after kMostTries.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "coordinator/core/step.h"

namespace troupe::core {

// The campaign has just ended: whoever its manifest names is owed word of it.
void owe_notice(Step& step, const Campaign& campaign);
// Hands the server the notices that are due.
void send_notices(Step& step);
void on_notification_tried(Step& step, const NotificationTried& event);
void restore_notices(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts);

}  // namespace troupe::core
