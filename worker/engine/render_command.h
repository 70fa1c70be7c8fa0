// The command line `render`: the jobs of a manifest without any farm, through the code that serves an agent.
#pragma once

#include "worker/engine/serve_command.h"

namespace troupe::engine {

// "PROGRAM render --pack DIR --manifest FILE --to DIR [--jobs N] [--part K/N] [--device D] [--dtype D] [--threads N]
// [--stage-cache DIR] [--json]". Renders in the order of running; pictures land where output.path says, below --to.
// With --json one value on standard output: schema, jobs, failed, wall_seconds (of all, models included), load_seconds,
// seconds_per_job (without loading), stages {name: seconds}, reused {name: jobs}, numerics_class. The pictures of a job
// are written while the next one is drawn. The exit code: 0; 1 when a job failed or nothing could be done; 2 for a
// wrong command line or manifest.
int render_command(int argc, char** argv, const RendererMaker& make_renderer);

}  // namespace troupe::engine
