// Named loggers on standard error, through spdlog: "2026-03-01T12:00:00.250Z info server: listening endpoint=tcp://..".
// Log at the edges of a program only; core and session code returns effects instead.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace troupe {

// The logger of one part of a program ("server", "agent", "engine"); made at its first use, safe from any thread.
std::shared_ptr<spdlog::logger> logger(const std::string& name);

// "debug", "info", "warn", "error" or "off" for all loggers, present and future; anything else is refused with false.
bool set_log_level(const std::string& level);

}  // namespace troupe
