// What a job costs the store when millions are finished, against what it costs a young one.
#include "tests/bench/figure.h"
#include "tests/bench/finished_jobs.h"
#include "tests/bench/machine.h"
#include "tests/support/temp_folder.h"

namespace troupe::bench {
namespace {

constexpr std::size_t kResultBytes = 256;  // tables of the same depth as with larger ones, written sooner
constexpr std::size_t kBatch = 512;
constexpr double kGoal = 1.2;

struct Plan {
  Rank young, old, timed;
};

// CPU seconds of this process over `jobs` more jobs: waits for the disk do not belong to the farm.
Result<double> cost_of(store::Store& store, CampaignId id, Rank first, Rank jobs, const JobResult& sample,
                       double& wall) {
  const double before = own_cpu_seconds();
  const Stopwatch watch;
  TROUPE_RETURN_IF_ERROR(finish_jobs(store, id, first, first + jobs, sample, kBatch));
  wall = watch.seconds() / static_cast<double>(jobs);
  return (own_cpu_seconds() - before) / static_cast<double>(jobs);
}

}  // namespace

Result<Figure> measure_cost(const Options& options) {
  const Plan plan = options.small ? Plan{500, 5'000, 500} : Plan{10'000, 10'000'000, 200'000};
  const testing::TempFolder folder(options.folder);
  const JobResult sample = sample_result("a picture", kResultBytes);
  TROUPE_ASSIGN_OR_RETURN(const auto store, store::open_sqlite_store(folder / "farm.db"));
  const CampaignId id{1};
  TROUPE_RETURN_IF_ERROR(add_campaign(*store, id, "cost", 100'000'000));
  double young_wall = 0, old_wall = 0;
  TROUPE_RETURN_IF_ERROR(finish_jobs(*store, id, 0, plan.young, sample, kBatch));
  TROUPE_ASSIGN_OR_RETURN(const double young, cost_of(*store, id, plan.young, plan.timed, sample, young_wall));
  TROUPE_RETURN_IF_ERROR(finish_jobs(*store, id, plan.young + plan.timed, plan.old, sample, 8 * kBatch));
  TROUPE_ASSIGN_OR_RETURN(const double old, cost_of(*store, id, plan.old, plan.timed, sample, old_wall));
  const double ratio = young > 0 ? old / young : 0;
  Figure figure;
  figure["value"] = rounded(ratio);
  figure["unit"] = "ratio of CPU seconds a job";
  figure["goal"] = "< 1.2";
  figure["met"] = ratio < kGoal;
  figure["jobs_young"] = plan.young;
  figure["jobs_old"] = plan.old;
  figure["young_cpu_us"] = rounded(young * 1e6);
  figure["old_cpu_us"] = rounded(old * 1e6);
  figure["young_wall_us"] = rounded(young_wall * 1e6);
  figure["old_wall_us"] = rounded(old_wall * 1e6);
  return figure;
}

}  // namespace troupe::bench
