#include "tests/bench/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace troupe::bench {
namespace {

// The value of "key : value" in a file of such lines.
std::string line_of(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || line.compare(0, key.size(), key) != 0) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

nlohmann::ordered_json machine_facts() {
  nlohmann::ordered_json facts;
  facts["cores"] = std::thread::hardware_concurrency();
  facts["cpu"] = line_of("/proc/cpuinfo", "model name");
  facts["memory_gb"] = rounded(std::strtod(line_of("/proc/meminfo", "MemTotal").c_str(), nullptr) / 1e6);
  utsname system{};
  if (::uname(&system) == 0) facts["kernel"] = system.release;
  double load[1] = {0};
  if (::getloadavg(load, 1) == 1) facts["load"] = rounded(load[0]);
  return facts;
}

double cpu_seconds(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double own_cpu_seconds() {
  timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

std::uint64_t resident_bytes(pid_t pid) {
  return std::strtoull(line_of("/proc/" + std::to_string(pid) + "/status", "VmRSS").c_str(), nullptr, 10) * 1024;
}

double quantile(std::vector<double> samples, double share) {
  if (samples.empty()) return 0;
  const auto at = std::min(samples.size() - 1, static_cast<std::size_t>(share * static_cast<double>(samples.size())));
  std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(at), samples.end());
  return samples[at];
}

double rounded(double value) {
  if (!std::isfinite(value)) return 0;
  if (std::fabs(value) >= 1000) return std::round(value);
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return std::strtod(text, nullptr);
}

}  // namespace troupe::bench
