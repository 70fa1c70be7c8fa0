// troupe job explain.
#pragma once

#include "coordinator/cli/context.h"

namespace troupe::cli {

void add_job_explain(CLI::App& job, Context& context);

}  // namespace troupe::cli
