// One job at a time: from the submit leaving the client to the ack of its result back at the worker.
#include "tests/bench/fake_worker.h"
#include "tests/bench/farm.h"
#include "tests/bench/figure.h"
#include "tests/bench/finished_jobs.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

// Client to coordinator, lease, result, ack.
constexpr int kHops = 4;
// The grant (with its campaign), the worker's outbox, the result.
constexpr int kSyncs = 3;
constexpr double kGoal = 2;
constexpr int kTurns = 10;
constexpr std::uint64_t kLeastJobs = 5;
// The logs have their length then: writing what is in a file already is cheaper than making it longer.
constexpr std::uint64_t kWarmUp = 1500;

}  // namespace

Result<Figure> measure_latency(const Options& options) {
  const std::string picture = "a picture";
  TROUPE_ASSIGN_OR_RETURN(const auto farm, Farm::start(options, false));
  TROUPE_RETURN_IF_ERROR(farm->put_picture(picture));
  const std::string manifest = plain_manifest("one", 1);
  const testing::TempFolder outbox(options.folder);
  TROUPE_ASSIGN_OR_RETURN(const wire::DealerOptions dealer, farm->worker_side());
  FakeWorkerOptions one;
  one.name = "worker";
  one.folder = outbox.path();
  one.slots = 1;
  one.picture = picture;
  Tally tally;
  TROUPE_ASSIGN_OR_RETURN(const auto worker, FakeWorker::start(farm->context(), dealer, one, tally));
  std::vector<double> took, bare;
  std::uint64_t jobs = 0;
  // The same manifest under a new key: its text is in the blob store already.
  const auto run_one = [&]() -> Result<double> {
    const Stopwatch watch;
    TROUPE_RETURN_IF_ERROR(farm->submit_json(manifest, "key-" + std::to_string(jobs)).status());
    for (std::uint64_t acked = tally.acked; acked <= jobs; acked = tally.acked) tally.acked.wait(acked);
    ++jobs;
    return watch.seconds_to(tally.acked_at);
  };
  while (jobs < (options.small ? kLeastJobs : kWarmUp)) TROUPE_RETURN_IF_ERROR(run_one().status());
  // In turns: a disk's neighbours come and go.
  for (int turn = 0; turn < kTurns; ++turn) {
    const std::uint64_t least = jobs + kLeastJobs;
    for (const Stopwatch all; all.seconds() < options.seconds / kTurns || jobs < least;) {
      TROUPE_ASSIGN_OR_RETURN(const double seconds, run_one());
      took.push_back(seconds);
    }
    TROUPE_ASSIGN_OR_RETURN(const auto chains, chain_floor(options.folder, kHops, kSyncs, options.seconds / kTurns));
    bare.insert(bare.end(), chains.begin(), chains.end());
  }
  const double p50 = quantile(took, 0.5), p99 = quantile(took, 0.99);
  const Quantiles floor{quantile(bare, 0.5), quantile(bare, 0.99)};
  Figure figure;
  figure["value"] = rounded(1000 * p50);
  figure["unit"] = "ms, median from submit to the ack of the result";
  figure["goal"] = "p50 and p99 <= 2 x the floors of the same run (4 hops, 3 syncs)";
  figure["met"] = p50 <= kGoal * floor.p50 && p99 <= kGoal * floor.p99;
  figure["p99_ms"] = rounded(1000 * p99);
  figure["floor_p50_ms"] = rounded(1000 * floor.p50);
  figure["floor_p99_ms"] = rounded(1000 * floor.p99);
  figure["p50_of_floor"] = rounded(p50 / floor.p50);
  figure["p99_of_floor"] = rounded(p99 / floor.p99);
  figure["jobs"] = took.size();
  return figure;
}

}  // namespace troupe::bench
