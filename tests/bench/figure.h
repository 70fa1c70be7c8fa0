// One line of the report: what was seen, what is wanted, and what the machine could do at best in the same run.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::bench {

struct Options {
  double seconds = 5;     // of each timed phase
  double messages = 600;  // of each of the 10,000 workers before they are measured
  bool small = false;     // everything scaled down: proves that the figures' code runs, says nothing about speed
  std::string folder;     // where state folders are made: the disk that is measured
  std::string program;    // the path of `troupe`
};

// {"value": ..., "unit": ..., "goal": ..., "met": bool} with the floors and whatever explains the value. Deterministic
// keys; numbers are measured, never copied.
using Figure = nlohmann::ordered_json;

struct FigureSpec {
  std::string name;
  std::string what;
  std::function<Result<Figure>(const Options&)> measure;
};

// In the order in which they are reported.
const std::vector<FigureSpec>& all_figures();

Result<Figure> measure_completions_plain(const Options& options);
Result<Figure> measure_completions_curve(const Options& options);
Result<Figure> measure_latency(const Options& options);
Result<Figure> measure_workers(const Options& options);
Result<Figure> measure_reconnect(const Options& options);
Result<Figure> measure_submit(const Options& options);
Result<Figure> measure_restart(const Options& options);
Result<Figure> measure_pass(const Options& options);
Result<Figure> measure_million_jobs(const Options& options);
Result<Figure> measure_cost(const Options& options);

}  // namespace troupe::bench
