// Runs a program that a manifest names, without a shell.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/status.h"

namespace troupe::server {

// The program (looked up in PATH) reads `input` as its standard input; what it prints is dropped but for the last line
// of an error. OK when it ends with exit code 0; it is killed after `timeout`, and soon after `stop` became true.
Status run_hook(const std::vector<std::string>& command, const std::string& input, Millis timeout,
                const std::atomic<bool>& stop);

}  // namespace troupe::server
