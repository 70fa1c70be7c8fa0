// The verbs of `troupe campaign` that change one.
#pragma once

#include "coordinator/cli/context.h"

namespace troupe::cli {

void add_campaign_verbs(CLI::App* campaign, Context& context);

}  // namespace troupe::cli
