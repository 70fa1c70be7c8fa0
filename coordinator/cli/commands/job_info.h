#pragma once

#include "coordinator/cli/context.h"

namespace troupe::cli {

// troupe job info, below `troupe job`.
void add_job_info(CLI::App& job, Context& context);

}  // namespace troupe::cli
