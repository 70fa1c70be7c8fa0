// A million jobs through a coordinator: what stays in memory, and what lies on the disk beside the results themselves.
#include <thread>
#include <vector>

#include "tests/bench/figure.h"
#include "tests/bench/machine.h"
#include "tests/bench/pair.h"

namespace troupe::bench {
namespace {

constexpr double kMostSeconds = 1800;
constexpr double kMegabyte = 1e6;
constexpr std::uint64_t kQuarters = 4;
constexpr double kMostGrowth = 0.05, kMostBytes = 300;

struct Plan {
  std::uint64_t warm_up, jobs;
};

// Until so many are acknowledged.
Status pass(const Pair& pair, std::uint64_t until) {
  const Stopwatch watch;
  while (pair.tally().acked < until) {
    TROUPE_RETURN_IF_ERROR(pair.health());
    if (watch.seconds() > kMostSeconds) return Status(Code::kTimeout, "the jobs took too long");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

}  // namespace

Result<Figure> measure_million_jobs(const Options& options) {
  const Plan plan = options.small ? Plan{500, 2'000} : Plan{250'000, 1'000'000};
  TROUPE_ASSIGN_OR_RETURN(const auto pair, Pair::start(options, false));
  std::vector<double> resident;  // after the warm-up, and after each quarter of the jobs
  for (std::uint64_t quarter = 0; quarter <= kQuarters; ++quarter) {
    TROUPE_RETURN_IF_ERROR(pass(*pair, plan.warm_up + plan.jobs * quarter / kQuarters));
    resident.push_back(rounded(static_cast<double>(resident_bytes(pair->farm().pid())) / kMegabyte));
  }
  pair->stop_workers();
  TROUPE_RETURN_IF_ERROR(pair->farm().stop(false));
  const auto done = static_cast<double>(pair->tally().acked);
  const double growth = resident.back() / resident.front() - 1;
  const double bytes = static_cast<double>(pair->farm().store_bytes()) / done - Pair::kResultBytes;
  Figure figure;
  figure["value"] = rounded(100 * growth);
  figure["unit"] = "% of resident growth over a million jobs";
  figure["goal"] = "< 5, and < 300 bytes of store a job beside the result's own";
  figure["met"] = growth < kMostGrowth && bytes < kMostBytes;
  figure["store_bytes_a_job"] = rounded(bytes);
  figure["jobs"] = plan.jobs;
  figure["warm_up_jobs"] = plan.warm_up;
  figure["resident_mb"] = resident;
  return figure;
}

}  // namespace troupe::bench
