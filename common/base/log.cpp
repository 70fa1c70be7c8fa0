#include "common/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <mutex>

namespace troupe {

std::shared_ptr<spdlog::logger> logger(const std::string& name) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (auto known = spdlog::get(name)) return known;
  auto made = spdlog::stderr_logger_mt(name);
  made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %n: %v", spdlog::pattern_time_type::utc);
  made->flush_on(spdlog::level::info);
  return made;
}

bool set_log_level(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") return false;
  spdlog::set_level(parsed);
  return true;
}

}  // namespace troupe
