// What it takes to accept ten million cells, and to start again on a million finished ones.
#include <thread>

#include "tests/bench/crowd.h"
#include "tests/bench/farm.h"
#include "tests/bench/figure.h"
#include "tests/bench/finished_jobs.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::uint64_t kCells = 10'000'000;
constexpr int kSubmits = 9;
constexpr double kMegabyte = 1e6;
constexpr std::size_t kBatch = 4096;

}  // namespace

Result<Figure> measure_submit(const Options& options) {
  TROUPE_ASSIGN_OR_RETURN(const auto farm, Farm::start(options, true));
  TROUPE_RETURN_IF_ERROR(farm->submit("first", 1).status());  // the connection is there
  const std::uint64_t before = farm->store_bytes();
  std::vector<double> took;
  for (int i = 0; i < kSubmits; ++i) {
    const Stopwatch watch;
    TROUPE_RETURN_IF_ERROR(farm->submit("big-" + std::to_string(i), kCells).status());
    took.push_back(watch.seconds());
  }
  const double growth = static_cast<double>(farm->store_bytes() - before) / kSubmits / kMegabyte;
  TROUPE_ASSIGN_OR_RETURN(const SyncFloor sync, sync_floor(options.folder, options.seconds / 5));
  const double slowest = quantile(took, 1), median = quantile(took, 0.5);
  Figure figure;
  figure["value"] = rounded(1000 * median);
  figure["unit"] = "ms for 10,000,000 cells";
  figure["goal"] = "< 100, store growth < 10 MB";
  figure["met"] = slowest < 0.1 && growth < 10;
  figure["slowest_ms"] = rounded(1000 * slowest);
  figure["growth_mb"] = rounded(growth);
  figure["fsync_floor_ms"] = rounded(1000 * sync.took.p50);
  return figure;
}

Result<Figure> measure_restart(const Options& options) {
  const std::uint64_t jobs = options.small ? 5'000 : 1'000'000;
  TROUPE_ASSIGN_OR_RETURN(const auto farm, Farm::start(options, true));
  TROUPE_RETURN_IF_ERROR(farm->stop(false));
  double seeding = 0;
  {
    const Stopwatch watch;
    const JobResult sample = sample_result("a picture", 1024);
    TROUPE_ASSIGN_OR_RETURN(const auto store, store::open_sqlite_store(farm->state() + "/farm.db"));
    TROUPE_RETURN_IF_ERROR(add_campaign(*store, CampaignId{1}, "restart", 2 * jobs));
    TROUPE_RETURN_IF_ERROR(finish_jobs(*store, CampaignId{1}, 0, jobs, sample, kBatch));
    seeding = watch.seconds();
  }
  CrowdOptions one;
  one.workers = 1;
  TROUPE_ASSIGN_OR_RETURN(one.coordinator, farm->worker_side());
  TROUPE_ASSIGN_OR_RETURN(const auto crowd, Crowd::start(one));
  const Stopwatch watch;
  TROUPE_RETURN_IF_ERROR(farm->begin());
  const double listening = watch.seconds();
  while (crowd->stats().leases == 0) {
    if (watch.seconds() > 60) return Status(Code::kTimeout, "no lease after the restart: " + farm->log());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const double seconds = watch.seconds();
  Figure figure;
  figure["value"] = rounded(seconds);
  figure["unit"] = "s from the start of the process to the first lease";
  figure["goal"] = "< 2";
  figure["met"] = seconds < 2;
  figure["finished_jobs"] = jobs;
  figure["listening_seconds"] = rounded(listening);
  figure["coordinator_mb"] = rounded(static_cast<double>(resident_bytes(farm->pid())) / kMegabyte);
  figure["seeding_seconds"] = rounded(seeding);
  return figure;
}

}  // namespace troupe::bench
