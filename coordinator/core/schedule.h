// Who gets which jobs, after each step.
#pragma once

#include "coordinator/core/step.h"

namespace troupe::core {

// A bounded pass over workers with room and campaigns with jobs.
void schedule(Step& step);

// The jobs that take much longer than usual where nothing else is left to grant are granted a second time, to workers
// with an idle slot.
void double_stragglers(Step& step);

}  // namespace troupe::core
