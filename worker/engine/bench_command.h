// The command line `bench`: how long the networks of a pack take here. It needs nothing but libtorch.
#pragma once

namespace troupe::engine {

// "PROGRAM bench --pack DIR [--size N] [--steps N] [--threads N] [--device D] [--dtype D] [--json]". Prints seconds of
// one call of each network, with --json as one line of JSON. The exit code: 0; 1 when it could not be done; 2 for a
// wrong command line.
int bench_command(int argc, char** argv);

}  // namespace troupe::engine
