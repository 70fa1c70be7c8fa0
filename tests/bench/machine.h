// What the kernel says about the machine and about a process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace troupe::bench {

// cores, cpu, memory_gb, kernel, load (of the last minute, at the call).
nlohmann::ordered_json machine_facts();

// User and system time of the process so far; 0 when it is gone.
double cpu_seconds(pid_t pid);
// Of this process, finer than by the ticks that others are counted in.
double own_cpu_seconds();
std::uint64_t resident_bytes(pid_t pid);

class Stopwatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  double seconds() const { return seconds_to(std::chrono::steady_clock::now()); }
  double seconds_to(Time end) const { return std::chrono::duration<double>(end - start_).count(); }

 private:
  Time start_ = std::chrono::steady_clock::now();
};

// The value below which `share` (0 to 1) of the samples lie; 0 for none.
double quantile(std::vector<double> samples, double share);

// Three digits that mean something, for reports.
double rounded(double value);

}  // namespace troupe::bench
