// The `troupe` program: parses the command line and runs one command.
#pragma once

namespace troupe::cli {

// The exit code; see exit_codes.h.
int run(int argc, const char* const* argv);

}  // namespace troupe::cli
