// Watching a campaign until it ends.
#pragma once

#include <optional>
#include <string>

#include "coordinator/cli/connection.h"
#include "coordinator/cli/output.h"

namespace troupe::cli {

struct WaitOptions {
  std::string campaign;
  std::optional<double> timeout_s;  // then kExitTimeout; the campaign goes on
  double reconnect_s = 600;         // how long a coordinator that was there may be away
  bool in_contact = false;          // the coordinator answered before: its absence is waited out from the start
};

// Shows progress and returns the exit code that says how the campaign ended. `last` gets the last campaign_info
// document. Ctrl-C stops the waiting, never the campaign.
int wait_for_campaign(Connection& connection, const Output& output, const WaitOptions& options, nlohmann::json* last);

// wait_for_campaign, then the command's answer in the wanted format.
int wait_and_report(Connection& connection, const Output& output, const WaitOptions& options);

// From the command line: "90", "90s", "10m", "2h"; no timeout where it is empty. kInvalid for anything else.
Result<WaitOptions> wait_options(const std::string& timeout, const std::string& reconnect);

}  // namespace troupe::cli
